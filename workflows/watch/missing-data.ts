import { type Reason, words } from '../../src/domain/reason.ts'
import { judgeEnd, type WatchState } from '../../src/domain/verdict.ts'
import type { WatchedCheck } from '../checks-from.ts'
import { ask } from '../people/ask.ts'
import { note, type Run } from '../run/run.ts'
import { show } from '../run/show.ts'
import type { Window } from './window.ts'

type Missing = Extract<Reason, { kind: 'no_data' }>

/** No data is not health: too few samples, or a gap, and which check it is about. */
export function missingData(state: WatchState, checks: readonly WatchedCheck[], window: Window): Missing | null {
  const intervals = checks.map(({ name, intervalMs }) => ({ check: name, intervalMs }))
  const end = judgeEnd(state, { endMs: Date.now(), intervals, windowMs: window.windowMs })
  return end.verdict === 'inconclusive'
    ? { kind: 'no_data', check: end.check, missingMs: Math.max(end.missingMs, window.endsAtMs() - Date.now()) }
    : null
}

export function extend(run: Run, window: Window, missing: Missing): void {
  const byMs = Math.max(missing.missingMs, 1)
  note(run, 'message', `${missing.check}: too little data, watching ${words(byMs)} longer`)
  window.extendTo(Math.max(window.endsAtMs(), Date.now()) + byMs)
  show(run)
}

/** Nobody answers within another window: no data is not health. */
export async function askAboutData(run: Run, missing: Missing): Promise<'keep' | 'retry' | 'rollback'> {
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
