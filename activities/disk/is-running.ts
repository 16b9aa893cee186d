import { isErrno } from './atomic.ts'

/** Is the owner of what it left on the disk still there? Anybody's process counts, and another may have the number by now. */
export function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    return !isErrno(error, 'ESRCH')
  }
}
