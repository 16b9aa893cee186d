import { type DeploymentEnd, deploymentEndOf, type FinishedRun, type RunKind } from '../../src/domain/log/entry.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { History } from '../../src/history/history.ts'
import { planFor } from './plan.ts'

/** The end of a run that changed something and passed its checks, unless said otherwise. */
export function endOf(
  plan: Plan,
  outcome: Outcome,
  at: string,
  given: Partial<FinishedRun> & Partial<Pick<DeploymentEnd, 'marker' | 'rolledBack'>> = {},
): DeploymentEnd {
  const { marker, rolledBack, ...run } = given
  const finished: FinishedRun = {
    startedAs: 'deployment',
    outcome,
    changed: true,
    lastCheck: 'PASSED',
    release: plan.release,
    environment: plan.environment,
    deployedBy: plan.performer,
    at,
    ...run,
  }
  const standing = {
    ...finished.release,
    timestamp: at,
    environment: plan.environment,
    deployed_by: finished.deployedBy,
  }
  const told = { sentence: `${outcome} of ${plan.release.version}`, reason: { kind: 'told by the test' } }
  return deploymentEndOf(finished, {
    ...told,
    marker: marker === undefined ? standing : marker,
    ...(rolledBack === undefined ? {} : { rolledBack }),
  })
}

export function opened(plan: Plan, startedAt: string, kind: RunKind = 'deployment') {
  const workflowId = `deploy:${plan.service}:${plan.environment}`
  return { plan, kind, workflowId, runId: `run of ${plan.deployment}`, startedAt }
}

/** Opens and closes a run that deployed `version`; it took a minute. */
export async function deployed(
  history: History,
  given: NonNullable<Parameters<typeof planFor>[0]>,
  outcome: Outcome,
  startedAt: string,
): Promise<Plan> {
  const plan = planFor(given)
  await history.openDeployment(opened(plan, startedAt))
  const end = endOf(plan, outcome, minuteAfter(startedAt))
  await history.closeDeployment({ deployment: plan.deployment, end })
  return plan
}

export function minuteAfter(at: string): string {
  return new Date(Date.parse(at) + 60_000).toISOString()
}
