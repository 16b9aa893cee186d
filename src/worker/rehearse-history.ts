import { DatabaseAway } from '../../activities/database/client.ts'
import { rehearseHistory } from '../../activities/database/rehearsal/history.ts'
import { createObserver } from '../../activities/database/rehearsal/observer.ts'
import type { MigrationFile, Release } from '../../activities/database/tools/tool.ts'
import { toolFor } from '../../activities/database/tools/tools.ts'
import { warned } from '../../activities/database/warnings/warned.ts'
import { migrationWarnings } from '../../activities/database/warnings/warnings.ts'
import { Unreachable, Usage } from '../client/errors.ts'
import { startScratchPostgres } from '../dev/scratch-postgres.ts'
import type { Rehearsal, RehearsedMigration } from '../domain/rehearsal.ts'

/** `url` null: the embedded server, for this alone. */
export type WholeHistory = {
  release: Release
  url: string | null
  environment: Readonly<Record<string, string | undefined>>
  /** Told once, in their order, before the first is tried. */
  found(names: readonly string[]): void
  heard(migration: RehearsedMigration): void
  signal: AbortSignal
}

/** Walks a whole history in this process, locks and warnings with it. `notRead`: why nothing was read of locks; null: it was. */
export async function rehearseWholeHistory(given: WholeHistory): Promise<Rehearsal & { notRead: string | null }> {
  const { release, url, environment, signal } = given
  const files = await migrationsOf(release)
  given.found(files.map(({ name }) => name))
  const warnings = await migrationWarnings(release, files)
  const rehearsal = await rehearseHistory({
    release,
    server: url === null ? { embedded: () => startScratchPostgres({ ...environment }) } : { url },
    environment,
    observer: createObserver(release.settings),
    heard: (migration) => given.heard(warned(migration, warnings)),
    signal,
  }).catch((error: unknown) => {
    throw signal.aborted ? error : serverFault(error, url)
  })
  return {
    ...rehearsal,
    migrations: rehearsal.migrations.map((one) => warned(one, warnings)),
    notRead: warnings.silent,
  }
}

/** What is wrong with the directory or the tool is for whoever asked, not a defect. */
async function migrationsOf(release: Release): Promise<MigrationFile[]> {
  try {
    const tool = toolFor(release.settings)
    const files = await tool.files(release)
    const cannot = files.length === 0 ? 'expected migrations, got none' : await tool.cannotRun(release)
    if (cannot === null) return files
    throw new Error(cannot)
  } catch (error) {
    throw new Usage(`${release.settings.directory}: ${error instanceof Error ? error.message : error}`)
  }
}

/** A server that does not answer, or does not let databases be made, is for whoever named it. */
function serverFault(error: unknown, url: string | null): unknown {
  if (url === null || !(error instanceof Error)) return error
  const next = 'start it, or leave --url out for the embedded one'
  if (error instanceof DatabaseAway) return new Unreachable('the server of --url', new URL(url).host, next, error)
  return 'severity' in error
    ? new Usage(`--url: ${error.message}; expected a server on which databases may be made`)
    : error
}
