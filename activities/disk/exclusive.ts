import { spawn } from 'node:child_process'
import { constants } from 'node:fs'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isErrno } from './atomic.ts'

/**
 * Runs `work` while holding the file `path` for itself, against every other process and every other call in this one.
 * The kernel gives the lock back when this process dies, so there is no stale one to judge. Rejects when somebody else
 * holds it for longer than `waitMs`.
 */
export async function exclusively<T>(path: string, work: () => Promise<T>, waitMs = 10_000): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const file = await open(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600)
  try {
    await lock(path, file.fd, waitMs)
    return await work()
  } finally {
    await file.close()
  }
}

/**
 * flock(1) locks the open file it inherits from us: the lock belongs to the opening, not to the program, and so stays
 * with us when it ends. Nothing else inherits it: Node opens files close-on-exec.
 */
function lock(path: string, descriptor: number, waitMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const program = spawn('flock', ['-x', '3'], { stdio: ['ignore', 'ignore', 'ignore', descriptor] })
    const timer = setTimeout(() => program.kill('SIGKILL'), waitMs)
    program.once('error', (error) => {
      clearTimeout(timer)
      const missing = isErrno(error, 'ENOENT')
      reject(missing ? new Error('flock: expected the program on the path, got none; install util-linux') : error)
    })
    program.once('exit', (code) => {
      clearTimeout(timer)
      if (code === 0) return resolve()
      reject(
        new Error(
          `${path}: expected to hold it within ${waitMs} ms, got no lock (flock ended with ${code}); try again`,
        ),
      )
    })
  })
}
