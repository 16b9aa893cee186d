import { CancelledFailure } from '@temporalio/common'
import type pg from 'pg'
import { currentActivity } from '../../step/pulse.ts'
import { withClient } from '../client.ts'

/**
 * Looking may take minutes and changes nothing: when the activity is to stop, nobody waits for it, and the server is
 * told that its answer is not wanted any more.
 */
export async function stoppable<T>(client: pg.ClientBase, url: string, work: () => Promise<T>): Promise<T> {
  const activity = currentActivity()
  if (!activity) return await work()
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
  const stop = () => {
    const cancel = 'select pg_cancel_backend($1)'
    withClient(url, (other) => other.query(cancel, [rows[0]?.pid])).catch(() => undefined)
  }
  activity.cancellationSignal.addEventListener('abort', stop)
  try {
    return await Promise.race([work(), activity.cancelled])
  } finally {
    activity.cancellationSignal.removeEventListener('abort', stop)
  }
}

/** What was cut off is no answer: it must not be taken for one that could not be had, and never be kept. */
export function throwIfStopped(): void {
  if (currentActivity()?.cancellationSignal.aborted) throw new CancelledFailure('stopped')
}
