import { createCheckActivities } from '../../activities/checks/activities.ts'
import type { CheckSpec } from '../../src/domain/check.ts'
import type { Plan } from '../../src/domain/plan.ts'

/** Those of the plan's checks that need no host state, once, by Belay's own probes: check -> verdict. */
export async function probeChecks(
  plan: Plan,
  environment: Record<string, string>,
  only: readonly CheckSpec['probe']['kind'][] = ['http', 'postgres', 'postgres_pool', 'metric'],
): Promise<Record<string, string>> {
  const activities = createCheckActivities({
    host: null,
    clock: () => new Date(),
    environment,
    inspectProcesses: () => Promise.reject(new Error('not asked here')),
  })
  const checks = Object.fromEntries(Object.entries(plan.checks).filter(([, spec]) => only.includes(spec.probe.kind)))
  const context = {
    service: plan.service,
    environment: plan.environment,
    deployment: plan.deployment,
    order: null,
    releaseDirectory: null,
    processes: [],
    marker: null,
    liveSince: null,
  }
  const { samples } = await activities.runChecks({ context, checks, untilPassed: false })
  return Object.fromEntries(samples.map(({ check, verdict }) => [check, verdict]))
}
