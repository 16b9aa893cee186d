import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'

export type Identity = { uid: number; gid: number }

/**
 * Postgres refuses to run as root. Answers the user `postgres` then (made when it is missing); null when whoever runs
 * this is somebody else already.
 */
export async function postgresIdentity(): Promise<Identity | null> {
  if (process.getuid?.() !== 0) return null
  const found = await idOfPostgres()
  if (found) return found
  await execFileAsync('useradd', [
    '--system',
    '--user-group',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    'postgres',
  ])
  const made = await idOfPostgres()
  if (!made) throw new Error('expected the user postgres after useradd, found none; create it, or do not run as root')
  return made
}

/** May a user other than root come to this directory? Every directory above it must let others search it. */
export async function isReachableByOthers(directory: string): Promise<boolean> {
  for (let at = directory; ; at = dirname(at)) {
    const { mode } = await stat(at)
    if ((mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Where things of that user go on a machine whose checkout lies in a directory only root can search. */
export const rootStateDirectory = '/var/lib/belay'

const execFileAsync = promisify(execFile)

async function idOfPostgres(): Promise<Identity | null> {
  try {
    const [uid, gid] = await Promise.all([
      execFileAsync('id', ['-u', 'postgres']),
      execFileAsync('id', ['-g', 'postgres']),
    ])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return null
  }
}
