import { CancellationScope, condition } from '@temporalio/workflow'
import { resumeFrom, type WatchState } from '../../src/domain/verdict.ts'
import { contextFor } from '../checks-from.ts'
import { act, watching } from '../proxies.ts'
import type { Lookout } from './lookout.ts'

/**
 * One bounded activity: two minutes at most, longer after a quarter of an hour, cut when the last person has signed.
 * null: it was cut.
 */
export async function watchSlice(lookout: Lookout, state: WatchState, over: () => boolean) {
  const { run, live, host, checks, window } = lookout
  const lengthMs = sliceLength(window)
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

function sliceLength({ startMs, endsAtMs }: Lookout['window']): number {
  const sliceMs = Date.now() - startMs < quarterHourMs ? shortSliceMs : longSliceMs
  const leftMs = endsAtMs() - Date.now()
  return leftMs > 0 ? Math.min(sliceMs, leftMs) : sliceMs
}

/** A slice is one row in the UI and six events; a bad sample ends it at once, so its length delays nothing. */
const shortSliceMs = 120_000
const longSliceMs = 300_000
const quarterHourMs = 15 * 60_000
