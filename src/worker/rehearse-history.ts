import { rehearseHistory } from '../../activities/database/rehearsal/history.ts'
import { createObserver } from '../../activities/database/rehearsal/observer.ts'
import type { Release } from '../../activities/database/tools/tool.ts'
import { toolFor } from '../../activities/database/tools/tools.ts'
import { migrationWarnings } from '../../activities/database/warnings/warnings.ts'
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

/** Walks a whole history in this process, locks and warnings with it. `silent`: why nothing was read of locks; null: it was. */
export async function rehearseWholeHistory(given: WholeHistory): Promise<Rehearsal & { silent: string | null }> {
  const { release, url, environment, signal } = given
  const files = await toolFor(release.settings).files(release)
  given.found(files.map(({ name }) => name))
  const { of, silent } = await migrationWarnings(release, files)
  const warned = (migration: RehearsedMigration) => ({ ...migration, warnings: of.get(migration.name) ?? [] })
  const rehearsal = await rehearseHistory({
    release,
    server: url === null ? { embedded: () => startScratchPostgres({ ...environment }) } : { url },
    environment,
    observer: createObserver(release.settings),
    heard: (migration) => given.heard(warned(migration)),
    signal,
  })
  return { ...rehearsal, migrations: rehearsal.migrations.map(warned), silent }
}
