import { randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { type FileHandle, link, mkdir, open, readFile, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

export type AtomicOptions = {
  /** Permission bits, e.g. 0o600; 0o600 unless said: a file that others must read says so. */
  mode?: number
  uid?: number
  gid?: number
}

/**
 * Puts `content` at `path` whole or not at all, and so that it survives a power cut: temporary file beside it, fsync,
 * rename, fsync of the directory. The directory must exist. A symlink at `path` is replaced, never followed. Writing the
 * same twice gives the same.
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: AtomicOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomBytes(8).toString('hex')}.tmp`)
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = await open(temporary, flags, 0o600)
  try {
    await fillAndClose(file, content, options)
    await rename(temporary, path)
  } catch (error) {
    await unlink(temporary).catch(() => undefined)
    throw error
  }
  await fsyncDirectory(dirname(path))
}

/**
 * Like `writeFileAtomic`, but only when nothing is at `path`: of several processes that try at once exactly one gets
 * true, and nobody ever reads half a file.
 */
export async function createFileOnce(
  path: string,
  content: string | Uint8Array,
  options: AtomicOptions = {},
): Promise<boolean> {
  const temporary = `${path}.${randomBytes(8).toString('hex')}.tmp`
  await writeFileAtomic(temporary, content, options)
  try {
    await link(temporary, path)
    return true
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false
    throw error
  } finally {
    await unlink(temporary)
    await fsyncDirectory(dirname(path))
  }
}

/** Removes a file durably; one that is already gone is fine. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true })
  await fsyncDirectory(dirname(path)).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
}

/** `isErrno(error, 'ENOENT')`: is this the system's answer with that code? */
export function isErrno(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && codes.includes(error.code)
}

async function fillAndClose(file: FileHandle, content: string | Uint8Array, options: AtomicOptions): Promise<void> {
  try {
    await file.writeFile(content)
    if (options.uid !== undefined || options.gid !== undefined) await file.chown(options.uid ?? -1, options.gid ?? -1)
    // After chown, which clears set-id bits; explicit, because open's mode is narrowed by the umask.
    await file.chmod(options.mode ?? 0o600)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Makes renames and new names in this directory durable. */
export async function fsyncDirectory(path: string): Promise<void> {
  const directory = await open(path, constants.O_RDONLY | constants.O_DIRECTORY)
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

/**
 * Reads a JSON file through `parse`, which throws on a foreign shape. Absent file: null. Broken content: an error that
 * names the file, because guessing at Belay's own state would be worse than stopping.
 */
export async function readJson<T>(path: string, parse: (value: unknown) => T): Promise<T | null> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  })
  if (text === null) return null
  try {
    return parse(JSON.parse(text))
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error)
    throw new Error(`${path}: expected JSON that Belay wrote, got something else (${problem}); restore or remove it`)
  }
}

/** Writes `value` as readable JSON, atomically, for the owner only; makes the directory (mode 0700) when it is missing. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await writeFileAtomic(path, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
}
