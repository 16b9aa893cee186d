/**
 * How long to wait before unfinished evidence is asked again, by how long it has been waited for. As long again as the
 * wait until now, at most five minutes; after two hours a twenty-fourth of it, at most an hour. A short gate is asked a
 * few times all the same.
 *
 * Temporal ends a run whose history has 51,200 events. A round is a timer and a workflow task (5) and 6 for every
 * provider that is not finished. Thirty days are about 790 rounds: 30 in the first two hours, 61 until a day has
 * passed, 24 a day from then on. One provider makes 9,000 events of them, six at once 33,000.
 */
export function pauseMs(waitedMs: number, withinMs: number): number {
  const firstMs = Math.min(30_000, Math.max(1_000, withinMs / 20))
  const growingMs = Math.max(Math.min(waitedMs, 5 * minuteMs), Math.min(waitedMs / 24, 60 * minuteMs))
  return Math.round(Math.max(firstMs, growingMs))
}

const minuteMs = 60_000
