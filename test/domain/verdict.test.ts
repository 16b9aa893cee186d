import { describe, expect, test } from 'vitest'
import type { Sample } from '../../src/domain/check.ts'
import {
  foldSlice,
  judgeEnd,
  judgeNow,
  resumeFrom,
  type SliceCheck,
  startWatch,
  type WatchState,
} from '../../src/domain/verdict.ts'

const start = Date.parse('2026-03-01T12:00:00Z')
const interval = 15_000
const windowMs = 600_000
const watched = [{ check: 'errors', failureLimit: 2 }]
const fresh = () => startWatch(watched, start)

describe('while watching', () => {
  test('a window goes on as long as nothing fails', () => {
    expect(judgeNow(run(['passed', 'passed']))).toEqual({ verdict: 'continue' })
  })

  test('as many consecutive failures as the limit are tolerated', () => {
    expect(judgeNow(run(['failed', 'failed']))).toEqual({ verdict: 'continue' })
  })

  test('one more than the limit fails the window, with those samples as the reason', () => {
    const verdict = judgeNow(run(['passed', 'failed', 'failed', 'failed']))
    expect(verdict).toMatchObject({ verdict: 'failed', check: 'errors' })
    expect(verdict.verdict === 'failed' && verdict.samples.map((sample) => sample.verdict)).toEqual([
      'failed',
      'failed',
      'failed',
    ])
  })

  test('a limit of none fails at the first failure', () => {
    const state = play(startWatch([{ check: 'errors', failureLimit: 0 }], start), ['failed'])
    expect(judgeNow(state).verdict).toBe('failed')
  })

  test('a passed sample in between starts the count again', () => {
    expect(judgeNow(run(['failed', 'failed', 'passed', 'failed', 'failed'])).verdict).toBe('continue')
  })

  test('samples without data fail nothing, and forgive nothing', () => {
    expect(judgeNow(run(['inconclusive', 'error', 'inconclusive', 'error'])).verdict).toBe('continue')
    expect(judgeNow(run(['failed', 'inconclusive', 'failed', 'error', 'failed'])).verdict).toBe('failed')
  })

  test('the checks are judged apart: two failing once each are not one failing twice', () => {
    const both = startWatch([...watched, { check: 'health', failureLimit: 0 }], start)
    const errors = play(both, ['failed', 'failed'])
    expect(judgeNow(errors).verdict).toBe('continue')
    expect(judgeNow(foldSlice(errors, sliceOf('health', one('failed', start))))).toMatchObject({ check: 'health' })
  })

  test('the reason keeps the newest five samples', () => {
    const verdict = judgeNow(run(Array.from({ length: 9 }, () => 'failed')))
    expect(verdict.verdict === 'failed' && verdict.samples).toHaveLength(5)
  })

  test('the state is plain data: a workflow may carry it as JSON', () => {
    const state = run(['passed', 'failed'])
    expect(JSON.parse(JSON.stringify(state))).toEqual(state)
  })

  test('the next slice takes up at what was due last, or at the start', () => {
    expect(resumeFrom(fresh())).toEqual({ errors: start })
    expect(resumeFrom(run(['passed', 'failed']))).toEqual({ errors: start + interval })
  })
})

describe('at the end', () => {
  test('a window with all its samples passed', () => {
    expect(end(run(samples(40)))).toEqual({ verdict: 'passed' })
  })

  test('80 % of the planned samples are enough, one less is not', () => {
    const lost = (count: number) => samples(40).map((verdict, index) => (index % 5 < count ? 'inconclusive' : verdict))
    expect(end(run(lost(1)))).toEqual({ verdict: 'passed' })
    const oneLess = lost(1).with(2, 'error')
    expect(end(run(oneLess))).toEqual({ verdict: 'inconclusive', check: 'errors', missingMs: interval })
  })

  test('failures that were tolerated are data', () => {
    const state = run(samples(40).map((verdict, index) => (index % 2 === 0 ? 'failed' : verdict)))
    expect(end(state)).toEqual({ verdict: 'passed' })
  })

  test('a check without any data is missing the whole window', () => {
    expect(end(fresh())).toEqual({ verdict: 'inconclusive', check: 'errors', missingMs: windowMs })
    const none = run(Array.from({ length: 40 }, () => 'inconclusive'))
    expect(end(none)).toMatchObject({ verdict: 'inconclusive', missingMs: windowMs })
  })

  test('a check that is not in the state did not pass', () => {
    const asked = { endMs: start + windowMs, windowMs, intervals: [{ check: 'other', intervalMs: interval }] }
    expect(judgeEnd(fresh(), asked)).toMatchObject({ verdict: 'inconclusive', check: 'other' })
  })

  test('a window shorter than the interval needs one sample all the same', () => {
    const asked = { endMs: start + 5_000, windowMs: 5_000, intervals: [{ check: 'errors', intervalMs: interval }] }
    expect(judgeEnd(fresh(), asked).verdict).toBe('inconclusive')
    expect(judgeEnd(run(['passed']), asked).verdict).toBe('passed')
  })

  test('a gap of three intervals is none, a longer one is, whatever the count', () => {
    expect(end(withGap(samples(20), 3, samples(18)))).toEqual({ verdict: 'passed' })
    const state = withGap(samples(20), 5, samples(16))
    expect(end(state)).toEqual({ verdict: 'inconclusive', check: 'errors', missingMs: 4 * interval })
  })

  test('a gap is made up for by watching as much longer', () => {
    const state = withGap(samples(20), 5, samples(20))
    expect(end(state, windowMs + 4 * interval)).toEqual({ verdict: 'passed' })
  })

  test('a window that ends in silence is inconclusive, however much came before', () => {
    const state = run(samples(40))
    expect(end(state, windowMs + 10 * interval)).toMatchObject({ verdict: 'inconclusive' })
    expect(end(play(state, ['passed'], start + windowMs + 9 * interval), windowMs + 10 * interval).verdict).toBe(
      'passed',
    )
  })

  test('a gap inside of a slice (a worker that was killed) counts like one between slices', () => {
    const seen = { ...one('passed', start), passed: 36 }
    const data = { firstMs: start, lastMs: start + windowMs - interval, lostMs: 4 * interval }
    const state = foldSlice(fresh(), sliceOf('errors', { ...seen, data }))
    expect(end(state)).toMatchObject({ verdict: 'inconclusive', missingMs: 4 * interval })
  })

  test('the check that lacks most is named', () => {
    const state = play(startWatch([...watched, { check: 'health', failureLimit: 0 }], start), samples(20))
    const intervals = ['errors', 'health'].map((check) => ({ check, intervalMs: interval }))
    expect(judgeEnd(state, { endMs: start + windowMs, windowMs, intervals })).toMatchObject({ check: 'health' })
  })

  test('without a length, all the time since the start is the window', () => {
    const intervals = [{ check: 'errors', intervalMs: interval }]
    expect(judgeEnd(run(samples(40)), { endMs: start + windowMs, intervals }).verdict).toBe('passed')
    expect(judgeEnd(run(samples(20)), { endMs: start + windowMs, intervals }).verdict).toBe('inconclusive')
  })
})

type Verdict = Sample['verdict']

function samples(count: number): Verdict[] {
  return Array.from({ length: count }, () => 'passed')
}

function run(verdicts: readonly Verdict[]): WatchState {
  return play(fresh(), verdicts)
}

/** One sample an interval, each in a slice of its own. */
function play(state: WatchState, verdicts: readonly Verdict[], fromMs = start): WatchState {
  return verdicts.reduce(
    (folded, verdict, index) => foldSlice(folded, sliceOf('errors', one(verdict, fromMs + index * interval))),
    state,
  )
}

/** `gap`: intervals between the last data before it and the first after it. */
function withGap(before: readonly Verdict[], gap: number, after: readonly Verdict[]): WatchState {
  return play(run(before), after, start + (before.length - 1 + gap) * interval)
}

function end(state: WatchState, elapsedMs = windowMs) {
  const intervals = [{ check: 'errors', intervalMs: interval }]
  return judgeEnd(state, { endMs: start + elapsedMs, windowMs, intervals })
}

function one(verdict: Verdict, atMs: number): SliceCheck {
  const reason = { expected: '<= 0.01', got: '0.079', evidence: [] }
  const at = new Date(atMs).toISOString()
  const sample: Sample = { check: 'errors', host: null, verdict, reason, at, tookMs: 3 }
  const isData = verdict === 'passed' || verdict === 'failed'
  return {
    intervalMs: interval,
    passed: verdict === 'passed' ? 1 : 0,
    bad: verdict === 'passed' ? null : sample,
    last: sample,
    dueMs: atMs,
    data: isData ? { firstMs: atMs, lastMs: atMs, lostMs: 0 } : null,
  }
}

function sliceOf(check: string, seen: SliceCheck) {
  const ended = seen.bad ? ('bad_sample' as const) : ('time' as const)
  const at = seen.last?.at ?? ''
  return { from: at, to: at, ended, checks: { [check]: seen } }
}
