import type pg from 'pg'
import { type Catalog, diffCatalogs } from '../../../src/domain/catalog.ts'
import type { AppliedMigration } from '../../../src/domain/host.ts'
import { fingerprintOf, loadCatalog, readCatalog } from '../catalog/catalog.ts'
import { type MigrationNote, readBaseline, readNote } from '../notes.ts'
import type { RevertOrder } from '../orders.ts'
import type { AskedHistory, MigrationFile, MigrationSettings, MigrationTool, Release, Target } from '../tools/tool.ts'
import type { Reverted } from './loss.ts'

/** A migration that is applied and shall be reverted, with what is needed for that. */
export type ToRevert = { file: MigrationFile; release: Release; note: MigrationNote | null }

/** Newest first, or why nothing may be touched, in words. */
export type RevertPlan = { migrations: ToRevert[] } | { refused: string }

/** Reads everything and changes nothing: what is refused is refused before anything runs. */
export async function planRevert(target: Target, tool: MigrationTool, order: RevertOrder): Promise<RevertPlan> {
  const { client } = target
  const history = await tool.history(target, historyAsked(order))
  const applied = order.migrations.filter(({ name }) => history.includes(name))
  const foreign = newerThanAll(history, applied)
  if (foreign.length > 0) {
    const message = `${foreign.join(', ')} was applied later and is not part of this rollback; revert it first, or keep the schema`
    return { refused: message }
  }
  // The history knows the order better than the order does.
  const newestFirst = history.toReversed().flatMap((name) => applied.find((one) => one.name === name) ?? [])
  const migrations: ToRevert[] = []
  for (const { name, releaseDirectory } of newestFirst) {
    const found = await readMigration({ tool, target, order }, name, releaseDirectory)
    if (typeof found === 'string') return { refused: found }
    migrations.push(found)
  }
  const drift = order.onLoss === 'keep' ? await driftSince(client, order, migrations) : null
  return drift === null ? { migrations } : { refused: drift }
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
export async function rememberedOf(directory: string, names: readonly string[]): Promise<Reverted['migrations']> {
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

function newerThanAll(history: readonly string[], applied: readonly { name: string }[]): string[] {
  const names = applied.map(({ name }) => name)
  const oldest = history.findIndex((name) => names.includes(name))
  return oldest < 0 ? [] : history.slice(oldest).filter((name) => !names.includes(name))
}

async function readMigration(
  { tool, target, order }: { tool: MigrationTool; target: Target; order: RevertOrder },
  name: string,
  releaseDirectory: string | null,
): Promise<ToRevert | string> {
  const { directory, settings } = order
  if (releaseDirectory === null) return `${name}: expected the release that applied it, but nobody here knows it`
  const release = { releaseDirectory, settings }
  const cannot = await tool.cannotRun(release, target.environment)
  if (cannot !== null) return cannot
  const file = (await tool.files(release, target)).find((candidate) => candidate.name === name)
  if (!file) return `${name}: expected its file in ${releaseDirectory}, got none`
  if (file.problem !== null) return `${name}: ${file.problem}`
  if (file.wayBack !== 'there')
    return `${name}: expected a down migration, got ${file.wayBack === 'empty' ? 'an empty one' : 'none'}`
  const note = await readNote(directory, name)
  if (note !== null && note.sha256 !== file.sha256) {
    return `${name}: its file in ${releaseDirectory} was changed after it was applied; restore it`
  }
  return { file, release, note }
}

/** What was counted must be what is there: somebody may have changed the schema since. */
async function driftSince(
  client: pg.ClientBase,
  order: RevertOrder,
  migrations: readonly ToRevert[],
): Promise<string | null> {
  const [newest] = migrations
  if (!newest) return null
  // Cut off while it reverted outside a transaction: the tool takes it up, or says why not.
  if (newest.file.down === 'own' && newest.note?.down) return null
  const now = await readCatalog(client, order.settings)
  const expected = [newest.note?.after, newest.file.name === order.migrations[0]?.name ? order.after : null]
  const known = expected.filter((fingerprint) => typeof fingerprint === 'string')
  if (known.length === 0 || known.includes(fingerprintOf(now))) return null
  const was: Catalog | null = await loadCatalog(order.directory, known[0] ?? null)
  const changes = was ? diffCatalogs(was, now).slice(0, 5).join('; ') : 'the fingerprint differs'
  return `the schema was changed by somebody else since ${newest.file.name} was applied: ${changes}; undo that, or keep the schema`
}
