import { createHash } from 'node:crypto'
import { readdir, readFile, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { isErrno } from '../disk/atomic.ts'
import type { Release } from './tool.ts'

/** The text of every file (not directories) in the release's migration directory, by name; none hidden. */
export async function readMigrationDirectory({ releaseDirectory, settings }: Release): Promise<Map<string, string>> {
  const directory = await inside(releaseDirectory, settings.directory)
  const entries = await readdir(directory, { withFileTypes: true })
  const names = entries.filter((entry) => entry.isFile() && !entry.name.startsWith('.')).map((entry) => entry.name)
  const texts = await Promise.all(names.map((name) => readFile(join(directory, name), 'utf8')))
  return new Map(names.map((name, at) => [name, texts[at] ?? '']))
}

export function sha256(...texts: readonly string[]): string {
  const hash = createHash('sha256')
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}\n`).update(text)
  return hash.digest('hex')
}

/** The directory, real, and below the release even through links. */
export async function inside(releaseDirectory: string, relative: string): Promise<string> {
  try {
    const [root, directory] = [await realpath(releaseDirectory), await realpath(join(releaseDirectory, relative))]
    if (directory === root || directory.startsWith(root + sep)) return directory
  } catch (error) {
    if (!isErrno(error, 'ENOENT', 'ENOTDIR')) throw error
    throw new Error(
      `${relative}: expected the release's migrations there, got no such directory; add it, or correct database.migrations.directory`,
    )
  }
  throw new Error(`${relative}: expected a directory in the release, got one outside of it`)
}
