import { entryOf } from '../../activities/process/proc.ts'

/** A zombie does not run. */
export function isRunning(pid: number): boolean {
  return entryOf(pid) !== null
}
