import { mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fsyncDirectory, writeFileAtomic } from '../disk/atomic.ts'
import { isThere } from '../disk/is-there.ts'
import { sha256Of } from '../disk/sha256.ts'
import { switchPaths } from './paths.ts'

/** Keeps bytes under their sha256, durably, for the owner only. Keeping the same twice keeps them once. */
export async function keepContent(directory: string, bytes: Uint8Array): Promise<string> {
  const { contents } = switchPaths(directory)
  const sha256 = sha256Of(bytes)
  const file = join(contents, sha256)
  if (await isThere(file)) return sha256
  const made = await mkdir(contents, { recursive: true, mode: 0o700 })
  if (made !== undefined) await fsyncDirectory(dirname(contents))
  await writeFileAtomic(file, bytes, { mode: 0o600 })
  return sha256
}

/** The bytes that were kept; throws when they are gone or are not those any more. */
export async function readContent(directory: string, sha256: string): Promise<Uint8Array> {
  const file = join(switchPaths(directory).contents, sha256)
  const bytes = await readFile(file)
  if (sha256Of(bytes) === sha256) return bytes
  throw new Error(`${file}: expected the bytes that were kept, got others; the disk or somebody changed them`)
}
