import type pg from 'pg'
import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import { lossCandidates } from '../../../src/domain/catalog/loss.ts'
import { loadCatalog, readCatalog } from '../catalog/catalog.ts'
import { type MigrationNote, type RowBaseline, readBaseline, readNote, writeBaseline } from '../notes.ts'
import type { MigrateOrder } from '../orders.ts'
import { columnsOf, rowBaseline } from './rows.ts'

/**
 * Remembers which rows the added tables hold right after the migrations: what a revert may drop without loss. By every
 * set of columns a table has had on the way, because a revert meets it in each of these states. Once kept it stands.
 */
export async function keepBaselines(client: pg.ClientBase, order: MigrateOrder): Promise<void> {
  const { directory, deployment, settings } = order
  const notes: MigrationNote[] = []
  for (const name of order.pending) {
    const note = await readNote(directory, name)
    if (note?.deployment === deployment && note.after !== null) notes.push(note)
  }
  const now = await readCatalog(client, settings)
  const states = await Promise.all(notes.map((note) => loadCatalog(directory, note.after)))
  for (const [at, note] of notes.entries()) {
    const kept = await readBaseline(directory, note.name)
    if (kept?.deployment === deployment) continue
    const before = await loadCatalog(directory, note.before)
    const after = states[at]
    const rows = before && after ? await baselineOf(client, { before, after, now }, states.slice(at)) : []
    await writeBaseline(directory, note.name, { deployment, rows })
  }
}

async function baselineOf(
  client: pg.ClientBase,
  { before, after, now }: { before: Catalog; after: Catalog; now: Catalog },
  states: readonly (Catalog | null)[],
): Promise<RowBaseline> {
  const baseline: RowBaseline = []
  for (const { kind, relation } of lossCandidates(before, after)) {
    const table = kind === 'table' ? tableAt(now, relation) : null
    // A later migration dropped it again.
    if (table === null) continue
    const sets = states
      .flatMap((state) => columnsAt(state, relation))
      .filter((set) => hasAll(columnsOf(now, table), set))
    const distinct = [...new Map(sets.map((set) => [set.join(), set])).values()]
    baseline.push(...(await rowBaseline(client, { table, relation }, distinct)))
  }
  return baseline
}

function columnsAt(catalog: Catalog | null, relation: number): string[][] {
  const table = catalog && tableAt(catalog, relation)
  return table && catalog ? [columnsOf(catalog, table)] : []
}

function tableAt(catalog: Catalog, relation: number): string | null {
  return catalog.find((object) => object.kind === 'table' && object.place?.relation === relation)?.name ?? null
}

function hasAll(columns: readonly string[], wanted: readonly string[]): boolean {
  return wanted.every((column) => columns.includes(column))
}
