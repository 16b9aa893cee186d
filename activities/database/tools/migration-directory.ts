import { createHash } from 'node:crypto'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { isErrno } from '../../disk/atomic.ts'
import { isThere } from '../../disk/is-there.ts'
import type { Release } from './tool.ts'

/** The text of every file of the release's migrations that is `wanted`, by its path below their directory; none hidden. */
export async function readMigrationDirectory(
  release: Release,
  wanted: (path: string) => boolean = () => true,
): Promise<Map<string, string>> {
  const directory = await migrationDirectory(release)
  const entries = await readdir(directory, { withFileTypes: true, recursive: true })
  const paths = entries.flatMap((entry) =>
    entry.isFile() ? [relative(directory, join(entry.parentPath, entry.name))] : [],
  )
  const hidden = (path: string) => path.split(sep).some((part) => part.startsWith('.'))
  const shown = paths.filter((path) => !hidden(path) && wanted(path)).sort()
  const texts = await Promise.all(shown.map((path) => readFile(join(directory, path), 'utf8')))
  return new Map(shown.map((path, at) => [path, texts[at] ?? '']))
}

/** The same; nothing where the release has no such directory, as one older than its migrations. */
export async function readMigrationsIfThere(release: Release): Promise<Map<string, string>> {
  const { releaseDirectory, settings, migrations } = release
  if (!(await isThere(migrations ?? join(releaseDirectory, settings.directory)))) return new Map()
  return await readMigrationDirectory(release)
}

/** Where the files are, absolute: the snapshot, or the release's own directory. */
export async function migrationDirectory({ releaseDirectory, settings, migrations }: Release): Promise<string> {
  return migrations ?? (await inside(releaseDirectory, settings.directory))
}

export function sha256(...texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text)
  return hash.digest('hex')
}

/** The directory, real, and below the release even through links. */
async function inside(releaseDirectory: string, below: string): Promise<string> {
  try {
    const [root, directory] = [await realpath(releaseDirectory), await realpath(join(releaseDirectory, below))]
    if (directory === root || directory.startsWith(root + sep)) return directory
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error
    throw new Error(
      `${below}: expected the release's migrations there, got no such directory; add it, or correct database.migrations.directory`,
    )
  }
  throw new Error(`${below}: expected a directory in the release, got one outside of it`)
}
