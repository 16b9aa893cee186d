import type { Sample } from './check.ts'

/** What one bounded piece of watching saw. `from`, `to`: RFC 3339, UTC. A bad sample ends the slice at once. */
export type SliceResult = {
  from: string
  to: string
  ended: 'time' | 'bad_sample'
  checks: Record<string, SliceCheck>
}

/** One check in a slice. Data is a sample that passed or failed; one that could not tell is none. */
export type SliceCheck = {
  intervalMs: number
  passed: number
  bad: Sample | null
  last: Sample | null
  /** The last time (ms since 1970) this check was due and sampled; null: never in this slice. */
  dueMs: number | null
  /** When the first and the last data came (ms since 1970), and how much time was lost between them. */
  data: { firstMs: number; lastMs: number; lostMs: number } | null
}

/** What is known of a window so far. Plain data: it is made and folded inside of a workflow. */
export type WatchState = { startMs: number; checks: Readonly<Record<string, CheckState>> }

export type CheckState = {
  failureLimit: number
  passed: number
  failed: number
  /** Samples that could not tell: inconclusive, or the check itself could not run. */
  undecided: number
  consecutiveFailed: number
  /** The last of the consecutive failed samples: the reason, if the window fails. */
  failedSamples: readonly Sample[]
  /** RFC 3339, UTC. */
  lastPassedAt: string | null
  dueMs: number
  lastDataMs: number | null
  lostMs: number
}

export function startWatch(checks: readonly { check: string; failureLimit: number }[], startMs: number): WatchState {
  const fresh = (failureLimit: number): CheckState => ({
    failureLimit,
    passed: 0,
    failed: 0,
    undecided: 0,
    consecutiveFailed: 0,
    failedSamples: [],
    lastPassedAt: null,
    dueMs: startMs,
    lastDataMs: null,
    lostMs: 0,
  })
  return { startMs, checks: Object.fromEntries(checks.map(({ check, failureLimit }) => [check, fresh(failureLimit)])) }
}

export function foldSlice(state: WatchState, slice: SliceResult): WatchState {
  const folded = Object.entries(state.checks).map(([name, check]): [string, CheckState] => {
    const seen = slice.checks[name]
    return [name, seen ? foldCheck(check, seen, state.startMs) : check]
  })
  return { ...state, checks: Object.fromEntries(folded) }
}

/** The next slice takes up where the last one ended: what came due between the two is sampled at once. */
export function resumeFrom(state: WatchState): Record<string, number> {
  return Object.fromEntries(Object.entries(state.checks).map(([name, check]) => [name, check.dueMs]))
}

export type WatchVerdict = { verdict: 'continue' } | { verdict: 'failed'; check: string; samples: readonly Sample[] }

/** The window fails when a check fails more times in a row than its limit tolerates; a sample without data never counts. */
export function judgeNow(state: WatchState): WatchVerdict {
  for (const [check, seen] of Object.entries(state.checks)) {
    if (seen.consecutiveFailed > seen.failureLimit) return { verdict: 'failed', check, samples: seen.failedSamples }
  }
  return { verdict: 'continue' }
}

export type WatchEnd = {
  /** Ms since 1970. */
  endMs: number
  intervals: readonly { check: string; intervalMs: number }[]
  /** How much must have been seen; all the time since the start when left out. */
  windowMs?: number
}

export type EndVerdict = { verdict: 'passed' } | { verdict: 'inconclusive'; check: string; missingMs: number }

/**
 * Was there enough data to call the window good? Each check needs 80 % of the samples planned for `windowMs`, that much
 * time without a gap of more than three intervals in it, and no such gap at the end. `missingMs`: watching that much
 * longer can make it good. Says nothing about failures: see `judgeNow`.
 */
export function judgeEnd(state: WatchState, end: WatchEnd): EndVerdict {
  const lacking = end.intervals
    .map(({ check, intervalMs }) => ({ check, missingMs: missingOf(state, check, intervalMs, end) }))
    .filter(({ missingMs }) => missingMs > 0)
    .sort((a, b) => b.missingMs - a.missingMs)
  const [worst] = lacking
  return worst ? { verdict: 'inconclusive', ...worst } : { verdict: 'passed' }
}

/** More than three intervals without data are a gap; what is lost is the gap less the one interval that is always there. */
export function lostIn(gapMs: number, intervalMs: number): number {
  return gapMs > 3 * intervalMs ? gapMs - intervalMs : 0
}

function foldCheck(state: CheckState, seen: SliceCheck, startMs: number): CheckState {
  const failed = seen.bad?.verdict === 'failed' ? seen.bad : null
  const streak = seen.passed > 0 ? [] : state.failedSamples
  const consecutive = seen.passed > 0 ? 0 : state.consecutiveFailed
  const { data } = seen
  const gapMs = data ? data.firstMs - (state.lastDataMs ?? startMs) : 0
  return {
    failureLimit: state.failureLimit,
    passed: state.passed + seen.passed,
    failed: state.failed + (failed ? 1 : 0),
    undecided: state.undecided + (seen.bad && !failed ? 1 : 0),
    consecutiveFailed: failed ? consecutive + 1 : consecutive,
    failedSamples: failed ? [...streak, failed].slice(-mostSamples) : streak,
    lastPassedAt: seen.last?.verdict === 'passed' ? seen.last.at : state.lastPassedAt,
    dueMs: Math.max(state.dueMs, seen.dueMs ?? 0),
    lastDataMs: data ? data.lastMs : state.lastDataMs,
    lostMs: state.lostMs + (data ? lostIn(gapMs, seen.intervalMs) + data.lostMs : 0),
  }
}

/** A reason travels in payloads and rows: the newest few tell it. */
const mostSamples = 5

function missingOf(state: WatchState, check: string, intervalMs: number, end: WatchEnd): number {
  const elapsedMs = end.endMs - state.startMs
  const windowMs = end.windowMs ?? elapsedMs
  const seen = state.checks[check]
  // A check that never ran did not pass.
  if (!seen) return Math.max(windowMs, intervalMs)
  const needed = Math.max(1, Math.ceil((Math.floor(windowMs / intervalMs) * 4) / 5))
  const samplesMs = Math.max(0, needed - seen.passed - seen.failed) * intervalMs
  const silentMs = seen.lastDataMs === null ? elapsedMs : lostIn(end.endMs - seen.lastDataMs, intervalMs)
  const lostMs = seen.lostMs + silentMs
  const uncoveredMs = lostMs > 0 ? windowMs - (elapsedMs - lostMs) : 0
  return Math.max(samplesMs, uncoveredMs, silentMs > 0 ? intervalMs : 0, 0)
}
