import { readdir } from 'node:fs/promises'
import { isErrno } from './atomic.ts'

/** Names of the directories in one; none where there is no such directory. Links are not followed. */
export async function directoriesIn(path: string): Promise<string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true })
    return entries.flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  }
}
