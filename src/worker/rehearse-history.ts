import { DatabaseAway } from '../../activities/database/client.ts'
import { rehearseHistory } from '../../activities/database/rehearsal/history.ts'
import { createObserver } from '../../activities/database/rehearsal/observe/observer.ts'
import { asUnfit, UnfitServer } from '../../activities/database/rehearsal/scratch/unfit.ts'
import { readMigrationDirectory } from '../../activities/database/tools/migration-directory.ts'
import type { MigrationFile, Release } from '../../activities/database/tools/tool.ts'
import { toolFor } from '../../activities/database/tools/tools.ts'
import { warned } from '../../activities/database/warnings/warned.ts'
import { migrationWarnings } from '../../activities/database/warnings/warnings.ts'
import { Unreachable, Usage } from '../client/errors.ts'
import { startScratchPostgres } from '../dev/scratch-postgres.ts'
import type { MigrationToolName } from '../domain/plan.ts'
import type { Rehearsal, RehearsedMigration } from '../domain/rehearsal/rehearsal.ts'
import { leftOnServer } from './server-wide.ts'

export type WholeHistory = {
  release: Release
  /** With password; null: the embedded server, for this alone. */
  url: string | null
  environment: Readonly<Record<string, string | undefined>>
  /** Told once, before the first is tried; in no order. */
  found(names: readonly string[]): void
  heard(migration: RehearsedMigration): void
  signal: AbortSignal
}

/**
 * `notRead`: why reading told nothing of locks; null: it did. `left`: roles and databases that the migrations name, which
 * came to the given server meanwhile and are still there; null: none.
 */
export type RehearsedHistory = Rehearsal & { notRead: string | null; left: string | null }

/**
 * Walks a whole history in this process, locks and warnings with it.
 * @throws `Usage` for a directory, a tool or a server that is not fit, `Unreachable` for one that does not answer
 */
export async function rehearseWholeHistory(given: WholeHistory): Promise<RehearsedHistory> {
  const { release, url, environment, signal } = given
  const files = await migrationsIn(release)
  given.found(files.map(({ name }) => name))
  const warnings = await migrationWarnings(release, files)
  const told: RehearsedMigration[] = []
  const heard = (migration: RehearsedMigration) => {
    told.push(warned(migration, warnings))
    given.heard(warned(migration, warnings))
  }
  const server = url === null ? { embedded: () => startScratchPostgres({ ...environment }) } : { url }
  const observer = createObserver(release.settings)
  // Standard output is for what came of it; why a tool failed is in its row.
  const shown = () => undefined
  try {
    const walk = () => rehearseHistory({ release, server, environment, observer, heard, shown, signal })
    const { left, ...rehearsal } = await noticing(given, walk)
    return { ...rehearsal, migrations: told, notRead: warnings.silent, left }
  } catch (error) {
    throw signal.aborted ? error : faultOf(error, { release, url, begun: told.length > 0 })
  }
}

/** What an embedded server is left with goes with it. */
async function noticing(
  { release, url }: Pick<WholeHistory, 'release' | 'url'>,
  walk: () => Promise<Rehearsal>,
): Promise<Rehearsal & { left: string | null }> {
  if (url === null) return { ...(await walk()), left: null }
  const texts = [...(await readMigrationDirectory(release)).values()]
  const { result, left } = await leftOnServer({ url, texts }, walk)
  return { ...result, left }
}

async function migrationsIn(release: Release): Promise<MigrationFile[]> {
  try {
    const texts = await readMigrationDirectory(release)
    const files = toolFor(release.settings).read(texts)
    const { tool } = release.settings
    const others = otherToolOf(texts, tool)
    if (files.length > 0 && others === null) return files
    const found = others
      ? `found those of another tool; Next: --tool ${others}`
      : 'found none; Next: name it with --directory'
    throw new Error(`expected migrations of ${tool} in it, like ${likeness[tool]}, ${found}`)
  } catch (error) {
    throw faultOf(error, { release, url: null, begun: false })
  }
}

/** dbmate takes every file that begins with a number for its own, and what is wrong with it then says nothing. */
function otherToolOf(texts: ReadonlyMap<string, string>, tool: MigrationToolName): MigrationToolName | null {
  const isDbmate = [...texts.values()].some((text) => text.includes('migrate:up'))
  const hasPairs = [...texts.keys()].some((path) => /(^|[./])up\.sql$/.test(path))
  if (tool === 'dbmate') return hasPairs && !isDbmate ? 'sql' : null
  return tool === 'sql' && isDbmate && !hasPairs ? 'dbmate' : null
}

const likeness: Record<MigrationToolName, string> = {
  sql: '001_name.up.sql, V0001.Name.up.sql or 001_name/up.sql',
  dbmate: '20260105090000_name.sql',
  'node-pg-migrate': '1700000000000_name.js',
  commands: 'files with the names that the commands print',
}

/** Until the first migration is tried, what is wrong is wrong with what was asked for. */
function faultOf(thrown: unknown, asked: { release: Release; url: string | null; begun: boolean }): unknown {
  const { release, url, begun } = asked
  const error = url === null ? thrown : asUnfit(thrown, url)
  if (!(error instanceof Error)) return error
  if (error instanceof DatabaseAway && url !== null) {
    const next = 'start it or correct --url, or leave --url out for the embedded one'
    return new Unreachable('the server of --url', new URL(url).host, next, error)
  }
  if (error instanceof UnfitServer) return new Usage(`--url: ${error.message}; or leave --url out`)
  if (begun) return error
  if ('severity' in error) return new Usage(`--url: ${error.message}; expected a server on which databases may be made`)
  const isSaid = error.name === 'Error' || error.name === 'ApplicationFailure'
  return isSaid ? new Usage(`${release.settings.directory}: ${error.message}`) : error
}
