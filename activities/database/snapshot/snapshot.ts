import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fsyncDirectory, isErrno } from '../../disk/atomic.ts'
import { isThere } from '../../disk/is-there.ts'
import { hostPaths } from '../../host/paths.ts'
import { readMigrationDirectory, sha256 } from '../tools/migration-directory.ts'
import type { Release } from '../tools/tool.ts'

/**
 * Keeps the release's migration files on the host, under the hash of their paths and bytes, which is returned. Keeping
 * them again is harmless, and mends a copy that was damaged; one that was cut off is never found under its hash.
 */
export async function keepSnapshot(directory: string, release: Release): Promise<string> {
  const texts = await readMigrationDirectory(release)
  const hash = snapshotHash(texts)
  if ((await openSnapshot(directory, hash, release)) !== null) return hash
  const place = hostPaths(directory).snapshot(hash)
  const making = `${place}.making-${process.pid}`
  await rm(making, { recursive: true, force: true })
  await mkdir(making, { recursive: true, mode: 0o700 })
  for (const [path, text] of texts) {
    const file = join(making, path)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, text, { mode: 0o600, flush: true })
  }
  await rm(place, { recursive: true, force: true })
  await rename(making, place).catch((error: unknown) => {
    // Somebody else has kept the same meanwhile.
    if (!isErrno(error, 'EEXIST', 'ENOTEMPTY')) throw error
  })
  await fsyncDirectory(dirname(place))
  return hash
}

/** sha256 (hex) over paths and bytes, whatever their order. */
function snapshotHash(texts: ReadonlyMap<string, string>): string {
  return sha256(...[...texts].sort(([a], [b]) => (a < b ? -1 : 1)).flat())
}

/** The hash under which the files of this release are, or would be, kept. */
export async function hashOfRelease(release: Release): Promise<string> {
  return snapshotHash(await readMigrationDirectory(release))
}

/** Where a snapshot is, absolute, once its bytes are proven to be those of its hash; null: not kept, or not whole. */
export async function openSnapshot(directory: string, hash: string, release: Release): Promise<string | null> {
  const place = hostPaths(directory).snapshot(hash)
  if (!(await isThere(place))) return null
  return (await hashOfRelease({ ...release, migrations: place })) === hash ? place : null
}
