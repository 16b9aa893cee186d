import { constants, type Stats } from 'node:fs'
import { type FileHandle, lstat, mkdir, open } from 'node:fs/promises'
import { dirname, join, normalize, relative } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import { fsyncDirectory, isErrno } from './atomic.ts'

/** Belay writes the service's files only below these; `directory` is always one of them. */
export type Roots = { directory: string; roots: readonly string[] }

/** What is at a path that may be written. `parents`: directories above it that are not there, outermost first. */
export type Target = { kind: 'file'; stat: Stats } | { kind: 'absent'; parents: readonly string[] }

/**
 * Looks at the place of a configuration file or marker and refuses every one that is not an ordinary file, or nothing,
 * below a root. Throws `UnsafePath`: outside of the roots, inside what is Belay's own, through a symlink below the
 * root, or at a symlink, pipe, directory or device. Opens nothing that could wait, changes nothing.
 */
export async function inspectTarget(path: string, roots: Roots): Promise<Target> {
  const root = rootOf(path, roots)
  return await inDirectory(dirname(path), root, { make: false }, async (place) => {
    if (place.at === null) return { kind: 'absent', parents: place.missing }
    const stat = await lstat(`${place.at}/${nameOf(path)}`).catch((error: unknown) => {
      if (isErrno(error, 'ENOENT')) return null
      throw error
    })
    if (stat === null) return { kind: 'absent', parents: [] }
    if (!stat.isFile()) throw unsafePath(path, 'an ordinary file or nothing', kindOf(stat))
    return { kind: 'file', stat }
  })
}

/** The innermost root a path is below; throws `UnsafePath` when there is none, or it is Belay's own place. */
export function rootOf(path: string, { directory, roots }: Roots): string {
  const plain = path.startsWith('/') && normalize(path) === path && !path.endsWith('/') && !path.includes('\0')
  if (!plain) throw unsafePath(path, 'an absolute path without "..", "." or empty parts', 'another one')
  const known = [...new Set([directory, ...roots])]
  const [root] = known.filter((each) => isBelow(path, each)).sort((a, b) => b.length - a.length)
  if (root === undefined) throw unsafePath(path, `a file below ${known.join(' or ')}`, 'a place outside')
  const own = ['.belay', '.git', 'current', 'releases'].map((name) => join(directory, name))
  const inside = own.find((place) => path === place || isBelow(path, place))
  if (inside !== undefined) throw unsafePath(path, `a file outside ${inside}`, 'a place inside')
  return root
}

type Place = { at: string; missing: readonly [] } | { at: null; missing: readonly string[] }

/**
 * Gives `work` a directory below a root under a name (`/proc/self/fd/N`) that stays that directory whatever is renamed
 * meanwhile: it is opened part by part and no part may be a symlink, so what was checked is what is used. `at` null:
 * not there. `make`: missing ones are made, mode 0755. Only a root that is the roots' own may be missing.
 */
export async function inDirectory<T>(
  directory: string,
  root: string,
  { make }: { make: boolean },
  work: (place: Place) => Promise<T>,
): Promise<T> {
  let handle = await openRoot(root)
  if (handle === null) return await work({ at: null, missing: namesBetween(dirname(root), directory) })
  try {
    for (const path of namesBetween(root, directory)) {
      const next: FileHandle | null = await openPart(handle, path, make)
      if (next === null) return await work({ at: null, missing: namesBetween(dirname(path), directory) })
      await handle.close()
      handle = next
    }
    return await work({ at: atHandle(handle), missing: [] })
  } finally {
    await handle.close()
  }
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

export function isBelow(path: string, directory: string): boolean {
  return path.startsWith(directory.endsWith('/') ? directory : `${directory}/`)
}

export function unsafePath(path: string, expected: string, got: string): ApplicationFailure {
  const message = `${path}: expected ${expected}, got ${got}; nothing was changed there`
  return ApplicationFailure.create({
    type: failureTypes.unsafePath,
    nonRetryable: true,
    message,
    details: [{ path, expected, got }],
  })
}

export function kindOf(stat: Stats): string {
  if (stat.isFile()) return 'an ordinary file'
  if (stat.isSymbolicLink()) return 'a symlink'
  if (stat.isDirectory()) return 'a directory'
  if (stat.isFIFO()) return 'a pipe'
  return stat.isSocket() ? 'a socket' : 'a device'
}

/** Symlinks above and at the root are the owner's own choice. */
async function openRoot(root: string): Promise<FileHandle | null> {
  try {
    return await open(root, constants.O_RDONLY | constants.O_DIRECTORY)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    if (isErrno(error, 'ENOTDIR', 'ELOOP')) throw unsafePath(root, 'a directory as the root', 'something else')
    throw error
  }
}

async function openPart(parent: FileHandle, path: string, make: boolean): Promise<FileHandle | null> {
  const part = `${atHandle(parent)}/${nameOf(path)}`
  try {
    return await open(part, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  } catch (error) {
    if (isErrno(error, 'ENOTDIR', 'ELOOP')) throw unsafePath(path, 'a directory', kindOf(await lstat(part)))
    if (!isErrno(error, 'ENOENT')) throw error
    if (!make) return null
  }
  await mkdir(part, { mode: 0o755 }).catch((error: unknown) => {
    if (!isErrno(error, 'EEXIST')) throw error
  })
  await fsyncDirectory(atHandle(parent))
  return await openPart(parent, path, false)
}

/** `/a`, `/a/b/c` -> `/a/b`, `/a/b/c` */
function namesBetween(from: string, to: string): string[] {
  const parts = relative(from, to)
    .split('/')
    .filter((part) => part !== '')
  return parts.map((_, index) => join(from, ...parts.slice(0, index + 1)))
}

function atHandle(handle: FileHandle): string {
  return `/proc/self/fd/${handle.fd}`
}
