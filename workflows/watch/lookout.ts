import type { Reason } from '../../src/domain/reason.ts'
import { foldSlice, judgeNow, startWatch, type WatchState } from '../../src/domain/verdict.ts'
import type { WatchedCheck } from '../checks-from.ts'
import type { Live } from '../run/live.ts'
import { keepSamples, type Run } from '../run/run.ts'
import { askAboutData, extend, missingData } from './missing-data.ts'
import { watchSlice } from './slice.ts'
import type { Window } from './window.ts'

/** One place from which the release is watched: a host, or a worker (null). */
export type Lookout = {
  run: Run
  live: Live
  host: string | null
  checks: readonly WatchedCheck[]
  window: Window
  /** true once another place has seen a bad verdict: this one stops too. */
  stop: () => boolean
}

/**
 * Until the window is over: the first thing that is bad, or null. A window with too little data is extended once; after
 * that a person decides.
 */
export async function watchFrom(lookout: Lookout): Promise<Reason | null> {
  const { run, checks, window, stop } = lookout
  const limits = checks.map(({ name, failureLimit }) => ({ check: name, failureLimit }))
  let state = startWatch(limits, window.startMs)
  for (let extended = false; ; extended = true) {
    const seen = await sampleToTheEnd(lookout, state)
    if (seen.ill) return seen.ill
    if (stop()) return null
    state = seen.state
    const missing = missingData(state, checks, window)
    if (!missing) return null
    const decided = extended ? await askAboutData(run, missing) : 'retry'
    if (decided === 'keep') return null
    if (decided === 'rollback') return missing
    extend(run, window, missing)
  }
}

/** Slice by slice, until the window is over or a check has failed too often. */
async function sampleToTheEnd(
  lookout: Lookout,
  before: WatchState,
): Promise<{ state: WatchState; ill: Reason | null }> {
  const { run, window, stop } = lookout
  const over = () => stop() || (Date.now() >= window.endsAtMs() && !window.open())
  let state = before
  while (!over()) {
    const slice = await watchSlice(lookout, state, over)
    if (!slice) break
    keepSamples(
      run,
      Object.values(slice.checks).flatMap((seen) => seen.bad ?? seen.last ?? []),
    )
    state = foldSlice(state, slice)
    const ill = illness(state, window)
    if (ill) return { state, ill }
  }
  return { state, ill: null }
}

function illness(state: WatchState, { startMs }: Window): Reason | null {
  const verdict = judgeNow(state)
  if (verdict.verdict !== 'failed') return null
  return { kind: 'fell_ill', check: verdict.check, samples: verdict.samples, afterMs: Date.now() - startMs }
}
