import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import type { Run } from '../../src/client/client.ts'
import type { World } from './world.ts'

/** A copy of the run, made by Temporal, that takes up right before it first ordered `activity`. */
export async function resetTo(world: World, run: Run, activity: string): Promise<Run> {
  const { temporal, namespace } = world.belay
  const { events } = await temporal.workflow.getHandle(run.workflowId, run.runId).fetchHistory()
  const scheduled = events?.find((event) => event.activityTaskScheduledEventAttributes?.activityType?.name === activity)
  const taskId = scheduled?.activityTaskScheduledEventAttributes?.workflowTaskCompletedEventId
  if (!taskId) throw new Error(`expected ${activity} in the history of ${run.runId}, got none`)
  await temporal.workflowService.resetWorkflowExecution({
    namespace,
    workflowExecution: { workflowId: run.workflowId, runId: run.runId },
    reason: 'scenario',
    requestId: randomUUID(),
    workflowTaskFinishEventId: taskId,
  })
  const copy = await world.belay.attach('fixture', 'production')
  if (!copy) throw new Error('expected the run that the reset made, got none')
  expect(copy.runId).not.toBe(run.runId)
  return copy
}
