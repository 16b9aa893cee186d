import { CancellationScope } from '@temporalio/workflow'
import type { Reason } from '../../src/domain/reason.ts'
import { Trouble, throwIfInterrupted } from '../run/interrupt.ts'
import type { Live } from '../run/live.ts'
import { enterPhase, note, type Run } from '../run/run.ts'
import { lastLook } from './last-look.ts'
import { signOff } from './sign-off.ts'
import { type Window, watchWindow } from './window.ts'

/**
 * Watches the release while people sign, and never pauses for them. It ends at the later of the window's end and the
 * last sign-off; a failed verdict, a refused item, an abort or a cancellation ends it at once.
 */
export async function watchAndSignOff(run: Run): Promise<void> {
  let signed = false
  const window = shownWindow(run, () => !signed)
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

/** Its end is the run's own, which everybody sees. */
function shownWindow(run: Run, open: () => boolean): Window {
  const startMs = Date.now()
  const { windowMs } = run.plan.monitoring
  run.windowEndsAtMs = startMs + windowMs
  enterPhase(run, 'watch', `watching until ${new Date(run.windowEndsAtMs).toISOString()}, longer while items are open`)
  const extendTo = (endsAtMs: number) => {
    run.windowEndsAtMs = endsAtMs
  }
  return { startMs, windowMs, endsAtMs: () => run.windowEndsAtMs ?? startMs, extendTo, open }
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
