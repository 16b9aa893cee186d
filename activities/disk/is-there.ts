import { access } from 'node:fs/promises'
import { isErrno } from './atomic.ts'

/** Whatever it is: a file, a directory, or a link that leads somewhere. */
export async function isThere(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
