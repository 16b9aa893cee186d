import { setTimeout as pause } from 'node:timers/promises'
import type { CheckSpec, Sample } from '../../src/domain/check.ts'
import { lostIn, type SliceCheck, type SliceResult } from '../../src/domain/verdict.ts'
import type { CheckContext } from './probing.ts'
import { type CheckDependencies, takeSample } from './sample.ts'

export type WatchInput = {
  context: CheckContext
  checks: { name: string; spec: CheckSpec; intervalMs: number }[]
  /** RFC 3339, UTC. */
  until: string
  /** When each check was last due (`resumeFrom` in the domain): what came due since then is sampled at once. */
  resume?: Record<string, number>
}

/** What good samples have told so far; a retry of the activity goes on from it. */
export type WatchProgress = { from: string; checks: Record<string, GoodCount> }
type GoodCount = Pick<SliceCheck, 'passed' | 'dueMs' | 'data'>

/**
 * Samples each check when it is due (multiples of its interval since 1970, so that slices follow one another without a
 * seam) until `until` or the first sample that is not passed, which ends the slice at once. `beat` is called after every
 * good sample.
 */
export async function watchUntil(
  dependencies: CheckDependencies,
  input: WatchInput,
  run: { signal: AbortSignal; before: WatchProgress | null; beat: (progress: WatchProgress) => void },
): Promise<SliceResult> {
  const now = () => dependencies.clock().getTime()
  const startMs = now()
  const untilMs = Date.parse(input.until)
  const from = run.before?.from ?? new Date(startMs).toISOString()
  const bad = new AbortController()
  const stopped = AbortSignal.any([run.signal, bad.signal])
  const seen = new Map(input.checks.map((check) => [check.name, startOf(check, run.before)]))
  await Promise.all(input.checks.map((check) => follow(check)))
  run.signal.throwIfAborted()
  const ended = bad.signal.aborted ? 'bad_sample' : 'time'
  return { from, to: new Date(now()).toISOString(), ended, checks: Object.fromEntries(seen) }

  async function follow({ name, spec, intervalMs }: WatchInput['checks'][number]): Promise<void> {
    for (let check = seen.get(name); check && !stopped.aborted; check = seen.get(name)) {
      const dueMs = nextDue(check.dueMs ?? input.resume?.[name] ?? null, intervalMs, now())
      // It lasts until its end even when nothing more is due: the next one must not begin before.
      if (!(await reached(Math.min(dueMs, untilMs))) || dueMs >= untilMs) return
      // One that the end of the last slice cut off is not cut off again, or a slow check would never answer.
      const sample = await sampled(name, spec, dueMs < startMs ? run.signal : stopped)
      if (sample === null) return
      const passed = sample.verdict === 'passed'
      seen.set(name, fold(check, sample, dueMs))
      if (passed) run.beat({ from, checks: goodCounts(seen) })
      else bad.abort()
    }
  }

  async function reached(dueMs: number): Promise<boolean> {
    for (let leftMs = dueMs - now(); leftMs > 0 && !stopped.aborted; leftMs = dueMs - now()) {
      await pause(Math.min(leftMs, longestTimerMs), null, { signal: stopped }).catch(() => null)
    }
    return !stopped.aborted
  }

  async function sampled(check: string, spec: CheckSpec, signal: AbortSignal): Promise<Sample | null> {
    try {
      return await takeSample(dependencies, { check, spec, context: input.context, signal })
    } catch (error) {
      if (signal.aborted) return null
      throw error
    }
  }
}

const longestTimerMs = 60_000

/** The first time after `lastMs` that is not over, or the newest that was missed meanwhile. */
function nextDue(lastMs: number | null, intervalMs: number, nowMs: number): number {
  if (lastMs === null) return Math.ceil(nowMs / intervalMs) * intervalMs
  const next = (Math.floor(lastMs / intervalMs) + 1) * intervalMs
  return Math.max(next, Math.floor(nowMs / intervalMs) * intervalMs)
}

function startOf(check: WatchInput['checks'][number], before: WatchProgress | null): SliceCheck {
  const good = before?.checks[check.name] ?? { passed: 0, dueMs: null, data: null }
  return { intervalMs: check.intervalMs, ...good, bad: null, last: null }
}

function fold(check: SliceCheck, sample: Sample, dueMs: number): SliceCheck {
  const passed = sample.verdict === 'passed'
  const isData = passed || sample.verdict === 'failed'
  const atMs = Date.parse(sample.at)
  const { firstMs, lastMs, lostMs } = check.data ?? { firstMs: atMs, lastMs: atMs, lostMs: 0 }
  const data = { firstMs, lastMs: atMs, lostMs: lostMs + lostIn(atMs - lastMs, check.intervalMs) }
  return {
    intervalMs: check.intervalMs,
    passed: check.passed + (passed ? 1 : 0),
    bad: passed ? null : sample,
    last: sample,
    dueMs,
    data: isData ? data : check.data,
  }
}

/** A bad sample is not in here: it ends the slice, and lives in its result. */
function goodCounts(seen: ReadonlyMap<string, SliceCheck>): WatchProgress['checks'] {
  const good = [...seen].filter(([, check]) => check.bad === null)
  return Object.fromEntries(good.map(([name, { passed, dueMs, data }]) => [name, { passed, dueMs, data }]))
}
