import { setTimeout as pause } from 'node:timers/promises'
import type { RunEnd } from '../domain/end/run-end.ts'
import { eventsAtOnce, type RunEvent, type RunStatus } from '../domain/status.ts'
import type { Run } from './run.ts'

/** One look at a run that is followed. */
export type Look = {
  /** With the newest events that were seen so far; null: no worker answered this time. */
  status: RunStatus | null
  /** What happened since the look before. */
  events: readonly RunEvent[]
  /** Only in the last one. */
  end: RunEnd | null
}

/**
 * Looks at a run until it has ended; the last look has the end and what was left to tell. A worker that restarts only
 * makes looks without a status. Every event comes once and in order; where some cannot be had, an event in their place
 * says so. Throws the reason of `signal`, or what Temporal said when the run's end cannot be had.
 */
export async function* looksAt(run: Run, signal?: AbortSignal): AsyncGenerator<Look, void, void> {
  const left = new AbortController()
  const until = signal ? AbortSignal.any([signal, left.signal]) : left.signal
  const ended = run.end(until).then(
    (end) => ({ end }),
    (error: unknown) => ({ error }),
  )
  let seen: Seen = { seq: 0, events: [] }
  try {
    for (let pauseMs = 0; ; pauseMs = lookEveryMs) {
      // A look that the end overtakes is thrown away with what it saw: the last one sees it again.
      const now = await Promise.race([ended, lookAfter(pauseMs, run, seen, until)])
      signal?.throwIfAborted()
      if ('error' in now) throw now.error
      if ('end' in now) {
        const { status, events } = await lastLook(run, seen, now.end, until)
        return yield { status, events, end: now.end }
      }
      seen = now.seen
      yield { status: now.status, events: now.events, end: null }
    }
  } finally {
    // A call that still waits for its answer would keep the process for as long.
    left.abort()
  }
}

/** Often enough to feel live; each look is one query, which writes nothing to the run's history. */
const lookEveryMs = 700

/** The end is known: only the words before it are waited for, as long as a worker takes to start. */
const lastWordsMs = 10_000

type Seen = { seq: number; events: readonly RunEvent[] }
type Found = { status: RunStatus | null; events: readonly RunEvent[]; seen: Seen }

async function lookAfter(pauseMs: number, run: Run, seen: Seen, until: AbortSignal): Promise<Found> {
  if (pauseMs > 0) await pause(pauseMs, undefined, { signal: until }).catch(() => undefined)
  return await look(run, seen, until)
}

/** Reads on while there is more than one answer holds. */
async function look(run: Run, before: Seen, until: AbortSignal): Promise<Found> {
  const events: RunEvent[] = []
  for (let seen = before; ; ) {
    const status = await run.status(until, seen.seq).catch(() => null)
    const fresh = status ? unseen(status.events, seen) : []
    events.push(...fresh)
    seen = { seq: fresh.at(-1)?.seq ?? seen.seq, events: [...seen.events, ...fresh].slice(-eventsAtOnce) }
    if (fresh.length < eventsAtOnce) return { status: status && { ...status, events: seen.events }, events, seen }
  }
}

/** A worker of an earlier version answers with the newest only. */
function unseen(answered: readonly RunEvent[], { seq }: Seen): readonly RunEvent[] {
  const fresh = answered.filter((event) => event.seq > seq)
  const [first] = fresh
  return first && first.seq > seq + 1 ? [missing(seq + 1, first), ...fresh] : fresh
}

function missing(from: number, next: RunEvent): RunEvent {
  const text = `events ${from} to ${next.seq - 1} are not told here: the worker answers with the newest only`
  return { seq: from, at: next.at, kind: 'ignored', text, data: { missing: next.seq - from } }
}

async function lastLook(run: Run, seen: Seen, end: RunEnd, until: AbortSignal): Promise<Found> {
  const giveUpAtMs = performance.now() + lastWordsMs
  for (;;) {
    const found = await look(run, seen, until)
    if (found.status || until.aborted) return found
    if (performance.now() > giveUpAtMs) return { ...found, events: [unheard(seen, end)] }
    await pause(lookEveryMs, undefined, { signal: until }).catch(() => undefined)
  }
}

function unheard(seen: Seen, end: RunEnd): RunEvent {
  const text = `the last events are not told here: no worker answers; they stand in belay history ${end.deployment}`
  return { seq: seen.seq + 1, at: new Date().toISOString(), kind: 'ignored', text, data: null }
}
