import { constants } from 'node:fs'
import { lstat, open, rename, rm, rmdir, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fsyncDirectory, isErrno } from '../disk/atomic.ts'
import { inDirectory, inspectTarget, kindOf, nameOf, type Roots, rootOf, unsafePath } from '../disk/safe-path.ts'
import { sha256Of } from '../disk/sha256.ts'
import { keepContent, readContent } from './contents.ts'
import { temporaryName } from './paths.ts'

/** A file as it stands: what it holds, and who may do what with it. null: it is absent, which is a state too. */
export type FileState = { sha256: string; mode: number; uid: number; gid: number } | null

export type FoundFile = {
  state: FileState
  bytes: Uint8Array | null
  /** Directories above it that are not there while it is absent, outermost first. */
  parents: readonly string[]
}

/** Reads a configuration file or marker without following or waiting for anything; throws `UnsafePath`. */
export async function readFileState(path: string, roots: Roots): Promise<FoundFile> {
  const target = await inspectTarget(path, roots)
  if (target.kind === 'absent') return { state: null, bytes: null, parents: target.parents }
  return await inDirectory(dirname(path), rootOf(path, roots), { make: false }, async ({ at }) => {
    if (at === null) return { state: null, bytes: null, parents: [] }
    const file = await open(`${at}/${nameOf(path)}`, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw unsafePath(path, 'an ordinary file', kindOf(stat))
      if (stat.size > mostBytes) throw unsafePath(path, `at most ${mostBytes} bytes`, `${stat.size}`)
      const bytes = await file.readFile()
      const { uid, gid } = stat
      return { state: { sha256: sha256Of(bytes), mode: stat.mode & 0o7777, uid, gid }, bytes, parents: [] }
    } finally {
      await file.close()
    }
  })
}

/** Like `readFileState`, and keeps the bytes, so that the state can be restored. */
export async function captureFile(path: string, roots: Roots): Promise<Omit<FoundFile, 'bytes'>> {
  const { state, bytes, parents } = await readFileState(path, roots)
  if (bytes !== null) await keepContent(roots.directory, bytes)
  return { state, parents }
}

export type FileSettlement = {
  switchId: string
  path: string
  roots: Roots
  to: FileState
  /** Directories that exist only as long as the file does: removed with it where they are empty. */
  parents: readonly string[]
}

/**
 * Brings a file into a state: content, mode and owner together in one rename, or its absence. Safe to repeat after being
 * killed anywhere. Throws `UnsafePath`, or when the owner cannot be set (only root may give files away).
 */
export async function settleFile({ switchId, path, roots, to, parents }: FileSettlement): Promise<void> {
  const now = await readFileState(path, roots)
  const root = rootOf(path, roots)
  await inDirectory(dirname(path), root, { make: to !== null }, async ({ at }) => {
    if (at === null && to !== null) throw unsafePath(root, 'the root to be there', 'nothing')
    if (at === null) return
    const temporary = `${at}/${temporaryName(nameOf(path), switchId)}`
    await rm(temporary, { force: true })
    if (sameState(now.state, to)) return
    if (to === null) await unlink(`${at}/${nameOf(path)}`)
    else await replace(`${at}/${nameOf(path)}`, temporary, to, await readContent(roots.directory, to.sha256))
    await fsyncDirectory(at)
  })
  if (to === null) await removeEmpty(parents, root)
}

function sameState(one: FileState, other: FileState): boolean {
  if (one === null || other === null) return one === other
  const sameOwner = one.uid === other.uid && one.gid === other.gid
  return one.sha256 === other.sha256 && one.mode === other.mode && sameOwner
}

/** More than any configuration file; a bigger one is a mistake. */
const mostBytes = 16 * 1024 * 1024

async function replace(
  path: string,
  temporary: string,
  to: NonNullable<FileState>,
  content: Uint8Array,
): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
  const file = await open(temporary, flags, 0o600)
  try {
    await file.writeFile(content)
    const { uid, gid } = await file.stat()
    if (uid !== to.uid || gid !== to.gid) await file.chown(to.uid, to.gid)
    // After chown, which clears set-id bits.
    await file.chmod(to.mode)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
}

/** Innermost first; one that holds something else by now stays. */
async function removeEmpty(parents: readonly string[], root: string): Promise<void> {
  for (const directory of parents.toReversed()) {
    if (directory === root) return
    await inDirectory(dirname(directory), root, { make: false }, async ({ at }) => {
      if (at === null) return
      const path = `${at}/${nameOf(directory)}`
      const stat = await lstat(path).catch(absent)
      if (!stat?.isDirectory()) return
      await rmdir(path).catch((error: unknown) => {
        if (!isErrno(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
      })
      await fsyncDirectory(at)
    })
  }
}

function absent(error: unknown): null {
  if (isErrno(error, 'ENOENT')) return null
  throw error
}
