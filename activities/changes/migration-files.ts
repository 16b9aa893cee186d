import type { KnownMigrations } from '../../src/domain/preview/known-migrations.ts'
import type { MigrationWarning } from '../../src/domain/rehearsal/rehearsal.ts'
import type { MigrationFile, MigrationSettings } from '../database/tools/tool.ts'
import { toolFor } from '../database/tools/tools.ts'
import { warningsIn } from '../database/warnings/warnings.ts'
import type { Tree } from './tree.ts'

/** Name and hash of every migration of a commit, in the order of their names; none where it has no such directory. */
export async function migrationFiles(
  tree: Tree,
  settings: MigrationSettings,
): Promise<Pick<MigrationFile, 'name' | 'bytes'>[]> {
  const files = toolFor(settings).read(await tree.texts(settings.directory))
  return files
    .map(({ name, bytes }) => ({ name, bytes }))
    .toSorted((a, b) => a.name.localeCompare(b.name, 'en', { numeric: true }))
}

/** `silent`: why reading says nothing of locks; null: it does. */
export type ReadWarnings = Pick<KnownMigrations, 'silent'> & {
  migrations: { name: string; warnings: readonly MigrationWarning[] }[]
}

/** What reading these migrations of a commit tells; none of a name that it does not have. */
export async function migrationWarningsAt(
  tree: Tree,
  settings: MigrationSettings,
  names: readonly string[],
): Promise<ReadWarnings> {
  const texts = await tree.texts(settings.directory)
  const files = toolFor(settings)
    .read(texts)
    .filter(({ name }) => names.includes(name))
  const { of, silent } = await warningsIn(texts, files)
  return {
    migrations: files.map(({ name }) => ({ name, warnings: (of.get(name) ?? []).slice(0, mostWarnings) })),
    silent,
  }
}

/** As many as of a rehearsal reach a history. */
const mostWarnings = 20
