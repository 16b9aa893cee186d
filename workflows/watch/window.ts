import { CancellationScope } from '@temporalio/workflow'
import type { Reason } from '../../src/domain/reason.ts'
import { watchedFrom } from '../checks-from.ts'
import type { Live } from '../run/live.ts'
import type { Run } from '../run/run.ts'
import { watchFrom } from './lookout.ts'

/** How long it is watched: to its end, and on while it is open. */
export type Window = {
  startMs: number
  /** How much must have been seen, whatever it is extended by. */
  windowMs: number
  endsAtMs: () => number
  extendTo: (endsAtMs: number) => void
  open: () => boolean
}

/** From the worker and from every host at the same time; the first bad verdict ends all of it. */
export async function watchWindow(run: Run, live: Live, window: Window, stop = () => false): Promise<Reason | null> {
  const found: Reason[] = []
  const over = () => found.length > 0 || stop()
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current()
    await Promise.all(
      [null, ...live.releaseDirectories.keys()].map(async (host) => {
        const checks = watchedFrom(live, host)
        if (checks.length === 0) return
        const bad = await watchFrom({ run, live, host, checks, window, stop: over })
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
