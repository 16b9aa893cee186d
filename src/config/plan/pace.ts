import type { Plan } from '../../domain/plan.ts'
import type { Finding } from '../load.ts'
import { durationText } from '../schema/duration.ts'

/** A watched check must be able to fail within the window; otherwise it is watched in name only. */
export function paceFindings({ monitoring }: Pick<Plan, 'monitoring'>): Finding[] {
  const { windowMs } = monitoring
  return monitoring.checks.flatMap(({ check, intervalMs, failureLimit }): Finding[] => {
    const neededMs = intervalMs * (failureLimit + 1)
    if (neededMs <= windowMs) return []
    return [
      {
        path: ['monitoring', 'checks', check],
        expected: `${failureLimit + 1} samples within the window of ${durationText(windowMs)}`,
        got: `one every ${durationText(intervalMs)}`,
        hint: 'sample more often or bear fewer bad samples',
      },
    ]
  })
}
