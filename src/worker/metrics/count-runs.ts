import { placeOf } from '../../domain/id.ts'
import type { Facts } from '../../domain/watchdog/facts.ts'
import { judgeRuns } from '../../domain/watchdog/watchdog.ts'

export type Series = { labels: Readonly<Record<string, string>>; value: number }

/** The runs of one look, counted by where they are. An environment with an open run has every series, so that none is absent. */
export function countRuns(
  facts: Omit<Facts, 'failedNotices'>,
): Record<'open' | 'waiting' | 'stalled' | 'halfWay', Series[]> {
  const alarms = judgeRuns({ ...facts, failedNotices: [] })
  const stalled = new Set(alarms.filter(({ kind }) => kind !== 'half way').flatMap(({ runs }) => runs))
  const halfWay = alarms.filter(({ kind }) => kind === 'half way').flatMap(({ runs }) => runs)
  // The ones last: where an adoption and a deployment are open at once, their series is one and the same.
  const each = (value: (run: Facts['open'][number]) => boolean) =>
    facts.open
      .map((run) => ({ labels: placeOf(run.workflowId), value: value(run) ? 1 : 0 }))
      .toSorted((one, other) => one.value - other.value)
  return {
    open: facts.open.map(({ workflowId, phase }) => ({
      labels: { ...placeOf(workflowId), phase: phase ?? 'not begun' },
      value: 1,
    })),
    waiting: each((run) => run.waitingFor !== null),
    stalled: each((run) => stalled.has(run.workflowId)),
    halfWay: [...new Set(halfWay)].map((workflowId) => ({
      labels: placeOf(workflowId),
      value: halfWay.filter((other) => other === workflowId).length,
    })),
  }
}
