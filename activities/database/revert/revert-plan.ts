import type pg from 'pg'
import { shortName } from '../../../src/domain/catalog/catalog.ts'
import type { AppliedMigration } from '../../../src/domain/host.ts'
import { commentsOnly, noWayBack, revertOfRestored } from '../../../src/domain/migration/words.ts'
import { loadCatalog, readCatalog } from '../catalog/catalog.ts'
import { type MigrationNote, readBaseline, readNote } from '../notes.ts'
import type { RevertOrder } from '../orders.ts'
import { filesOf } from '../snapshot/applied-files.ts'
import { type Drift, driftOf } from '../snapshot/drift.ts'
import { wasProven } from '../snapshot/owners.ts'
import type { AskedHistory, MigrationFile, MigrationSettings, MigrationTool, Release, Target } from '../tools/tool.ts'
import { laterPartitions, withoutThem } from './later-partitions.ts'
import type { Reverted } from './reverted.ts'

/** A migration that is applied and shall be reverted, with what is needed for that. */
export type ToRevert = { file: MigrationFile; release: Release; note: MigrationNote | null }

/** Newest first, and what stops nothing but should be known; or why nothing may be touched. In words. */
export type RevertPlan = { migrations: ToRevert[]; warnings: string[] } | { refused: string }

/** Reads everything and changes nothing: what is refused is refused before anything runs. */
export async function planRevert(target: Target, tool: MigrationTool, order: RevertOrder): Promise<RevertPlan> {
  const { client } = target
  const dirty = await tool.dirty(client, order.settings)
  if (dirty !== null) return { refused: dirty }
  const history = await tool.history(target, historyAsked(order))
  const refused = await historyRefusal(order, history)
  if (refused !== null) return { refused }
  // The history knows the order better than the order does.
  const newestFirst = history.toReversed().flatMap((name) => order.migrations.find((one) => one.name === name) ?? [])
  const migrations: ToRevert[] = []
  const said = new Set<string>()
  for (const told of newestFirst) {
    const found = await readMigration({ tool, target, order }, told)
    if ('refused' in found) return found
    migrations.push(found.migration)
    for (const notice of found.notices) said.add(notice)
  }
  const warnings = [...said]
  const drift = await driftSince(client, order, migrations)
  if (drift.older !== null) return { refused: drift.older }
  if (drift.later.length > 0) warnings.push(`made since, and counted with their tables: ${drift.later.join(', ')}`)
  if (drift.changed === null) return { migrations, warnings }
  if (order.onLoss !== 'lose') return { refused: `${drift.changed}; undo that, or keep the schema` }
  return { migrations, warnings: [...warnings, `${drift.changed}; reverted all the same, as was decided`] }
}

/** By the newest release that is known. */
export function historyAsked({
  settings,
  migrations,
}: {
  settings: MigrationSettings
  migrations: readonly AppliedMigration[]
}): AskedHistory {
  const releaseDirectory = migrations.find((one) => one.releaseDirectory !== null)?.releaseDirectory ?? null
  const release = releaseDirectory === null ? null : { releaseDirectory, settings }
  return { settings, release, known: migrations.map(({ name }) => name) }
}

/** The catalogs around these (newest first) and what each left behind; null: not kept on this host. */
export async function revertedOf(order: RevertOrder, migrations: readonly ToRevert[]): Promise<Reverted | null> {
  const { directory } = order
  const oldest = migrations.at(-1)?.file.name === order.migrations.at(-1)?.name
  const newest = migrations[0]?.file.name === order.migrations[0]?.name
  const before =
    (await loadCatalog(directory, migrations.at(-1)?.note?.before ?? null)) ??
    (oldest ? await loadCatalog(directory, order.before) : null)
  const after =
    (await loadCatalog(directory, migrations[0]?.note?.after ?? null)) ??
    (newest ? await loadCatalog(directory, order.after) : null)
  if (!before || !after) return null
  return {
    before,
    after,
    migrations: await rememberedOf(directory, migrations.map(({ file }) => file.name).toReversed()),
  }
}

/** What each of these (oldest first) changed and left behind. */
async function rememberedOf(directory: string, names: readonly string[]): Promise<Reverted['migrations']> {
  return await Promise.all(
    names.map(async (name) => {
      const note = await readNote(directory, name)
      const kept = await readBaseline(directory, name)
      return {
        name,
        before: await loadCatalog(directory, note?.before ?? null),
        after: await loadCatalog(directory, note?.after ?? null),
        baseline: kept !== null && kept.deployment === note?.deployment ? kept.rows : [],
      }
    }),
  )
}

/** What the history says that this rollback cannot answer for. */
async function historyRefusal(order: RevertOrder, history: readonly string[]): Promise<string | null> {
  const names = order.migrations.map(({ name }) => name)
  const absent = names.filter((name) => !history.includes(name))
  const notes = await Promise.all(absent.map((name) => readNote(order.directory, name)))
  const vanished = notes.flatMap((note) => (note && wasProven(note) ? [note.name] : [])).toReversed()
  if (vanished.length > 0) return revertOfRestored(vanished)
  const foreign = newerThanAll(history, names)
  if (foreign.length === 0) return null
  return `${foreign.join(', ')} was applied later and is not part of this rollback; revert it first, or keep the schema`
}

function newerThanAll(history: readonly string[], names: readonly string[]): string[] {
  const oldest = history.findIndex((name) => names.includes(name))
  return oldest < 0 ? [] : history.slice(oldest).filter((name) => !names.includes(name))
}

type Found = { migration: ToRevert; notices: readonly string[] } | { refused: string }

async function readMigration(
  { tool, target, order }: { tool: MigrationTool; target: Target; order: RevertOrder },
  { snapshot, ...told }: RevertOrder['migrations'][number],
): Promise<Found> {
  const { directory, settings } = order
  const { name } = told
  const note = await readNote(directory, name)
  const asked = { directory, settings, tool, environment: target.environment }
  const files = await filesOf(asked, { ...told, ...(snapshot === undefined ? {} : { snapshot }) }, note)
  if ('refused' in files) return files
  const { release, notices } = files
  const where = release.migrations ?? release.releaseDirectory
  const cannot = await tool.cannotRun(release, target.environment)
  if (cannot !== null) return { refused: cannot }
  const file = (await tool.files(release, target)).find((candidate) => candidate.name === name)
  if (!file) return { refused: `${name}: expected its file in ${where}, got none` }
  if (file.problem !== null) return { refused: `${name}: ${file.problem}` }
  if (note !== null && note.sha256 !== file.sha256)
    return { refused: `${name}: its file in ${where} was changed after it was applied; restore it` }
  if (file.wayBack !== 'there') return { refused: wayBackWords(file, file.wayBack) }
  const commented = note !== null && note.bytes !== null && note.bytes !== file.bytes ? [commentsOnly(name)] : []
  return { migration: { file, release, note }, notices: [...notices, ...commented] }
}

function wayBackWords({ name, noWayBack: declared }: MigrationFile, wayBack: 'missing' | 'empty' | 'disabled'): string {
  return declared === null ? noWayBack(name, wayBack) : `${noWayBack(name, wayBack)}; its author says why: ${declared}`
}

/** What was counted must be what is there: somebody may have changed the schema since. */
async function driftSince(
  client: pg.ClientBase,
  order: RevertOrder,
  migrations: readonly ToRevert[],
): Promise<Drift & { later: readonly string[] }> {
  const [newest] = migrations
  // Cut off while it reverted outside a transaction: the tool takes it up, or says why not.
  if (!newest || (newest.file.down === 'own' && newest.note?.down)) return { older: null, changed: null, later: [] }
  const notes = migrations.map(({ note }) => note).toReversed()
  const expected = [newest.file.name === order.migrations[0]?.name ? order.after : null]
  const now = await readCatalog(client, order.settings)
  const after = await loadCatalog(order.directory, newest.note?.after ?? expected[0] ?? null)
  const later = after === null ? [] : await laterPartitions(client, after)
  const drift = await driftOf(order.directory, withoutThem(now, later), { notes, expected })
  return { ...drift, later: [...new Set(later.map(({ table }) => shortName(table)))] }
}
