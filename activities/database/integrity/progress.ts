import { currentActivity } from '../../step/pulse.ts'

/** Says what is being looked at now: the activity's last heartbeat shows it. */
export type Tell = (text: string) => void

/** `last` is what the regular heartbeats repeat, so that the last word stays to be read. */
export function createProgress(): { tell: Tell; last: () => string } {
  let text = 'beginning'
  return {
    last: () => text,
    tell(now) {
      text = now
      currentActivity()?.heartbeat(now)
    },
  }
}

/** A line in the worker's log for whoever waits; nothing outside of an activity. */
export function logLine(text: string): void {
  currentActivity()?.log.info(text)
}
