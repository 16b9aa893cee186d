import { newDeploymentId } from '../../src/client/prepare.ts'
import type { World } from './world.ts'

/** Makes another release the version of record, as a verified deployment by hand does, and touches no host. */
export async function deployedByHand(world: World, version: string): Promise<void> {
  const deployment = newDeploymentId(`manual-${version}`)
  const plan = { ...world.plan(version), deployment }
  const at = new Date().toISOString()
  const ids = { workflowId: `manual:${deployment}`, runId: deployment }
  await world.history.openDeployment({ plan, kind: 'manual', ...ids, startedAt: at })
  await world.history.closeDeployment({
    deployment,
    end: {
      outcome: 'SUCCESS',
      status: 'SUCCESS',
      healthCheck: 'PASSED',
      rollback: 'N/A',
      ...plan.release,
      deployedBy: 'bob@example.com',
      at,
      sentence: `${version} was deployed by hand`,
      reason: null,
      marker: null,
    },
  })
}
