import { lstat, readlink, rename, rm, symlink, unlink } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fsyncDirectory, isErrno } from '../disk/atomic.ts'
import { kindOf, nameOf, unsafePath } from '../disk/safe-path.ts'
import { temporaryName } from './paths.ts'

/** What `current` says, as text; null: it is absent. Throws `UnsafePath` when something else is there. */
export async function readLink(path: string): Promise<string | null> {
  try {
    const stat = await lstat(path)
    if (!stat.isSymbolicLink()) throw unsafePath(path, 'a symlink or nothing', kindOf(stat))
    return await readlink(path)
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  }
}

/** Points `current` elsewhere in one rename, or removes it. Safe to repeat after being killed anywhere. */
export async function settleLink(switchId: string, path: string, to: string | null): Promise<void> {
  const temporary = join(dirname(path), temporaryName(nameOf(path), switchId))
  await rm(temporary, { force: true })
  const now = await readLink(path)
  if (now === to) return
  if (to === null) await unlink(path)
  else {
    await symlink(to, temporary)
    await rename(temporary, path)
  }
  await fsyncDirectory(dirname(path))
}
