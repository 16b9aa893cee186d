import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import { emptiedTables, goneIn } from '../../../src/domain/rehearsal/loss.ts'
import { judgeRows } from '../../../src/domain/rehearsal/rows.ts'
import type { Ran, SeenState } from '../../../src/domain/rehearsal/verdict.ts'
import type { MigrationFile } from '../tools/tool.ts'
import { type Ground, runWay, seenState } from './run-way.ts'
import { nothingSeeded, type Seeded, seedTables, unseed } from './seed.ts'

/** `again`: the second way forth, where it was also the last: the round ended on it. */
export type ProofRound = { proven: ReadonlySet<string>; again: Ran | null }

const nothingProven: ProofRound = { proven: new Set(), again: null }

/**
 * What an up drops from a table without rows may come back with a good way back, and nobody has seen it. Once more forth and
 * back then, over rows made up *before* the up. Begins and ends on the state before the up, unless `again` is given.
 */
export async function proofRound(
  ground: Ground,
  { file, removes, before, up }: { file: MigrationFile; removes: readonly string[]; before: SeenState; up: SeenState },
): Promise<ProofRound> {
  const doubted = doubtedTables({ before: before.catalog, after: up.catalog }, removes)
  const empty = doubted.filter((table) => !before.rows.some((digest) => digest.table === table))
  if (empty.length === 0) return nothingProven
  const now = await seenState(ground)
  const wanted = now.catalog.flatMap(({ kind, name, place }) =>
    kind === 'table' && place && empty.includes(name) ? [{ name, relation: place.relation }] : [],
  )
  const seeded = await seedTables(ground, { wanted, before: now, after: now })
  return seeded.tables.length === 0 ? nothingProven : await forthAndBack(ground, file, seeded)
}

async function forthAndBack(ground: Ground, file: MigrationFile, seeded: Seeded): Promise<ProofRound> {
  const before = await seenState(ground)
  const up = { ...(await runWay(ground, file, 'up')), state: await seenState(ground) }
  if (up.message !== null) {
    // Over these rows it cannot be applied, e.g. a new column that may not be NULL. It says nothing of what was dropped.
    await unseed(ground, seeded.tables)
    return nothingProven
  }
  const down = await runWay(ground, file, 'down')
  if (down.message !== null) return { proven: new Set(), again: up }
  const { rows } = await seenState(ground)
  await unseed(ground, seeded.tables)
  const { proven } = judgeRows({ before: before.rows, up: up.state.rows, seeded: nothingSeeded.existing, down: rows })
  return { proven, again: null }
}

/** Those from which the up takes something: whole, a column of them, or rows. */
function doubtedTables(catalogs: { before: Catalog; after: Catalog }, removes: readonly string[]): string[] {
  const gone = goneIn(catalogs).filter(({ comesBack }) => comesBack)
  const tables = gone.flatMap(({ object }) => {
    const was = catalogs.before.find(({ kind, name }) => (kind === 'table' || kind === 'column') && name === object)
    return was ? [was.table ?? was.name] : []
  })
  return [...new Set([...tables, ...removes.flatMap(emptiedTables)])]
}
