import { CancellationScope, condition } from '@temporalio/workflow'
import { type Reason, words } from '../src/domain/reason.ts'
import { foldSlice, judgeEnd, judgeNow, resumeFrom, startWatch, type WatchState } from '../src/domain/verdict.ts'
import { ask } from './ask.ts'
import { checksFrom, contextFor } from './checks-from.ts'
import { Trouble, throwIfInterrupted } from './interrupt.ts'
import { lastLook } from './last-look.ts'
import type { Live } from './live.ts'
import { act, watching } from './proxies.ts'
import { enterPhase, keepSamples, note, type Run } from './run.ts'
import { show } from './show.ts'
import { signOff } from './sign-off.ts'

/**
 * Watches the release while people sign, and never pauses for them. It ends at the later of the window's end and the
 * last sign-off; a failed verdict, a refused item, an abort or a cancellation ends it at once.
 */
export async function watchAndSignOff(run: Run): Promise<void> {
  run.windowEndsAtMs = Date.now() + run.plan.monitoring.windowMs
  enterPhase(run, 'watch', `watching until ${new Date(run.windowEndsAtMs).toISOString()}, longer while items are open`)
  let signed = false
  const startMs = Date.now()
  const window: Window = {
    startMs,
    windowMs: run.plan.monitoring.windowMs,
    endsAtMs: () => run.windowEndsAtMs ?? startMs,
    extendTo: (endsAtMs) => {
      run.windowEndsAtMs = endsAtMs
    },
    open: () => !signed,
  }
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current()
    const watched = watchWindow(run, run.live, window)
    const signing = signOff(run).then(() => {
      signed = true
      return watched
    })
    try {
      const bad = await Promise.race([watched, signing])
      throwIfInterrupted(run)
      if (bad) throw new Trouble(bad)
      await signing
    } finally {
      // Whichever ended first, the other must not go on beside a rollback.
      scope.cancel()
    }
  })
  await lastLook(run)
}

/**
 * After a rollback: the same watching, shorter, and nobody signs. Answers with the first thing that is bad, or null; also
 * when `stop` says that it is not worth while any more.
 */
export async function watchForStability(run: Run, live: Live, stop = () => false): Promise<Reason | null> {
  const startMs = Date.now()
  const windowMs = live.plan.monitoring.afterRollbackMs
  let endsAtMs = startMs + windowMs
  const extendTo = (laterMs: number) => {
    endsAtMs = laterMs
  }
  note(run, 'step', `watching for stability until ${new Date(endsAtMs).toISOString()}`)
  const window = { startMs, windowMs, endsAtMs: () => endsAtMs, extendTo, open: () => false }
  return await watchWindow(run, live, window, stop)
}

type Window = {
  startMs: number
  /** How much must have been seen, whatever it is extended by. */
  windowMs: number
  endsAtMs: () => number
  extendTo: (endsAtMs: number) => void
  open: () => boolean
}

/** From the worker and from every host at the same time; the first bad verdict ends all of it. */
async function watchWindow(run: Run, live: Live, window: Window, stop = () => false): Promise<Reason | null> {
  const found: Reason[] = []
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current()
    const places = [null, ...live.releaseDirectories.keys()].filter((host) => watchedFrom(live, host).length > 0)
    await Promise.all(
      places.map(async (host) => {
        const bad = await watchFrom(run, live, host, window, () => found.length > 0 || stop())
        if (!bad) return
        found.push(bad)
        scope.cancel()
      }),
    ).catch((error: unknown) => {
      if (found.length === 0) throw error
    })
  })
  return found[0] ?? null
}

async function watchFrom(
  run: Run,
  live: Live,
  host: string | null,
  window: Window,
  stop: () => boolean,
): Promise<Reason | null> {
  const checks = watchedFrom(live, host)
  let state = startWatch(
    checks.map(({ name, failureLimit }) => ({ check: name, failureLimit })),
    window.startMs,
  )
  let extended = false
  const over = () => stop() || (Date.now() >= window.endsAtMs() && !window.open())
  for (;;) {
    while (!over()) {
      const slice = await watchSlice(run, live, host, window, checks, state, over)
      if (!slice) break
      keepSamples(
        run,
        Object.values(slice.checks).flatMap((seen) => seen.bad ?? seen.last ?? []),
      )
      state = foldSlice(state, slice)
      const verdict = judgeNow(state)
      if (verdict.verdict === 'failed') {
        return {
          kind: 'fell_ill',
          check: verdict.check,
          samples: verdict.samples,
          afterMs: Date.now() - window.startMs,
        }
      }
    }
    if (stop()) return null
    const missing = missingData(state, checks, window)
    if (!missing) return null
    if (!extended) {
      extended = true
      extend(run, window, missing)
    } else {
      const decided = await askAboutData(run, missing)
      if (decided === 'rollback') return missing
      if (decided === 'keep') return null
      extend(run, window, missing)
    }
  }
}

type Checks = ReturnType<typeof watchedFrom>

/** One bounded activity: up to a minute, longer after a quarter of an hour, cut when the last person has signed. */
async function watchSlice(
  run: Run,
  live: Live,
  host: string | null,
  window: Window,
  checks: Checks,
  state: WatchState,
  over: () => boolean,
) {
  const sliceMs = Date.now() - window.startMs < quarterHourMs ? shortSliceMs : longSliceMs
  const left = window.endsAtMs() - Date.now()
  const lengthMs = left > 0 ? Math.min(sliceMs, left) : sliceMs
  const until = new Date(Date.now() + lengthMs).toISOString()
  const row = {
    id: `watch:${host ?? 'worker'}`,
    summary: `${checks.map((check) => check.name).join(', ')} ${host ? `on ${host} ` : ''}until ${until.slice(11, 19)}`,
  }
  const input = {
    context: contextFor(run, live, host),
    checks: checks.map(({ name, spec, intervalMs }) => ({ name, spec, intervalMs })),
    until,
    // What came due between two slices is sampled at once.
    resume: resumeFrom(state),
  }
  const longestMs = lengthMs + Math.max(...checks.map((check) => check.spec.timeoutMs))
  const scope = new CancellationScope({ cancellable: true })
  try {
    return await scope.run(() =>
      Promise.race([act(watching(host, longestMs).watchSlice, row, input), condition(over).then(() => null)]),
    )
  } finally {
    scope.cancel()
  }
}

/** A slice is one row in the UI and six events; a bad sample ends it at once, so its length delays nothing. */
const shortSliceMs = 120_000
const longSliceMs = 300_000
const quarterHourMs = 15 * 60_000

function watchedFrom(live: Live, host: string | null) {
  const names = live.plan.monitoring.checks.map((watched) => watched.check)
  const here = checksFrom(live, host, names)
  return live.plan.monitoring.checks.flatMap(({ check, intervalMs, failureLimit }) => {
    const spec = here[check]
    return spec ? [{ name: check, spec, intervalMs, failureLimit }] : []
  })
}

/** No data is not health: too few samples, or a gap, and which check it is about. */
function missingData(state: WatchState, checks: Checks, window: Window): Extract<Reason, { kind: 'no_data' }> | null {
  const intervals = checks.map(({ name, intervalMs }) => ({ check: name, intervalMs }))
  const end = judgeEnd(state, { endMs: Date.now(), intervals, windowMs: window.windowMs })
  return end.verdict === 'inconclusive'
    ? { kind: 'no_data', check: end.check, missingMs: Math.max(end.missingMs, window.endsAtMs() - Date.now()) }
    : null
}

function extend(run: Run, window: Window, missing: Extract<Reason, { kind: 'no_data' }>): void {
  const byMs = Math.max(missing.missingMs, 1)
  note(run, 'message', `${missing.check}: too little data, watching ${words(byMs)} longer`)
  window.extendTo(Math.max(window.endsAtMs(), Date.now()) + byMs)
  show(run)
}

async function askAboutData(
  run: Run,
  missing: Extract<Reason, { kind: 'no_data' }>,
): Promise<'keep' | 'retry' | 'rollback'> {
  const decision = await ask(
    run,
    {
      question: 'window',
      text: `${missing.check} has too little data to call the release healthy. Answer keep (accept it), retry (watch again), or revert (roll back).`,
      answers: ['keep', 'retry', 'revert'],
    },
    run.plan.monitoring.windowMs,
  )
  if (decision?.answer === 'keep') return 'keep'
  return decision?.answer === 'retry' ? 'retry' : 'rollback'
}
