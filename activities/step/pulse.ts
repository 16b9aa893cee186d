import { Context } from '@temporalio/activity'

/** The activity this code runs in; null: none (a program of ours, a test). */
export function currentActivity(): Context | null {
  try {
    return Context.current()
  } catch {
    return null
  }
}

/** Says that this activity is alive; nothing outside of one. */
export function pulse(): void {
  currentActivity()?.heartbeat()
}

/**
 * Rejects when the activity is to stop. `obey` runs first where somebody asked for it; not where only this worker or
 * this attempt goes away: the next attempt takes up what still runs.
 */
export async function stopIfCancelled(activity: Context | null, obey: () => Promise<unknown>): Promise<void> {
  if (!activity?.cancellationSignal.aborted) return
  if (activity.cancellationDetails?.cancelRequested) await obey()
  await activity.cancelled
}
