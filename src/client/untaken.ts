import type { WorkflowHandle } from '@temporalio/client'
import { taskQueue } from '../domain/id.ts'

/**
 * What of a run nobody takes. `begun`: a worker has done its first step, so it may have done something. `queues`: those on
 * which something of it has lain for `forMs` or longer, each once.
 */
export type Untaken = { begun: boolean; queues: string[] }

/** Reads only; asks the server, needs no worker. */
export async function untakenIn(handle: WorkflowHandle, forMs: number): Promise<Untaken> {
  const [{ raw }, history] = await Promise.all([handle.describe(), handle.fetchHistory()])
  const events = history.events ?? []
  const begun = events.some((event) => event.workflowTaskCompletedEventAttributes)
  const queueOf = new Map(
    events.flatMap(({ activityTaskScheduledEventAttributes: scheduled }) =>
      scheduled?.activityId ? [[scheduled.activityId, scheduled.taskQueue?.name ?? ''] as const] : [],
    ),
  )
  const lying = (raw.pendingActivities ?? [])
    .filter(({ state, scheduledTime }) => state === pendingScheduled && isOld(scheduledTime, forMs))
    .map(({ activityId }) => queueOf.get(activityId ?? '') ?? '')
  const own = !begun || isLying(raw.pendingWorkflowTask, forMs) ? [taskQueue] : []
  return { begun, queues: [...new Set([...own, ...lying])].filter(Boolean) }
}

/** Of an activity and of a workflow task alike, in Temporal's API: it waits for a worker. */
const pendingScheduled = 1

type Timestamp = { seconds?: unknown; nanos?: number | null } | null | undefined
type Task = { state?: number | null; scheduledTime?: Timestamp } | null | undefined

function isLying(task: Task, forMs: number): boolean {
  return task?.state === pendingScheduled && isOld(task.scheduledTime, forMs)
}

/** A try that has to wait for its turn stands in the future. */
function isOld(time: Timestamp, forMs: number): boolean {
  return Boolean(time?.seconds) && Date.now() - Number(time?.seconds) * 1000 >= forMs
}
