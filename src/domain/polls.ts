/** A worker polls at least once a minute: who has not for this long is not there. */
export const pollFreshForMs = 70_000

/** null: nobody is known to have polled. */
export function isFreshPoll(lastPollMs: number | null, nowMs: number): boolean {
  return lastPollMs !== null && nowMs - lastPollMs <= pollFreshForMs
}
