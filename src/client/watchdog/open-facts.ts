import type { Client, WorkflowExecutionInfo } from '@temporalio/client'
import type { OpenFacts, StepFacts } from '../../domain/watchdog/facts.ts'
import { planOfRun } from '../run-input.ts'
import { attribute, nameOf, ofEnvironments } from './run-name.ts'

/** Every open deployment, rollback and adoption, and where it stands. One that ends meanwhile is left out. */
export async function openFacts(client: Client): Promise<OpenFacts[]> {
  const query = `ExecutionStatus='Running' AND ${ofEnvironments}`
  const found: OpenFacts[] = []
  for await (const run of client.workflow.list({ query })) {
    const facts = await factsOf(client, run)
    if (facts) found.push(facts)
  }
  return found
}

async function factsOf(client: Client, run: WorkflowExecutionInfo): Promise<OpenFacts | null> {
  const { workflowService: service } = client
  const { namespace } = client.options
  const execution = { workflowId: run.workflowId, runId: run.runId }
  const { raw, status } = await client.workflow.getHandle(run.workflowId, run.runId).describe()
  if (status.name !== 'RUNNING') return null
  const newest = await service.getWorkflowExecutionHistoryReverse({ namespace, execution, maximumPageSize: 20 })
  const events = newest.history?.events ?? []
  // A failure counts as long as no task was completed after it.
  const tried = events.find(
    (event) => event.workflowTaskFailedEventAttributes ?? event.workflowTaskCompletedEventAttributes,
  )
  const task = raw.pendingWorkflowTask
  const waitingFor = attribute(run, 'BelayWaitingFor')
  return {
    ...nameOf(run),
    waitingFor: waitingFor === 'nobody' ? null : waitingFor,
    lastEventAtMs: msOf(events[0]?.eventTime) ?? run.startTime.getTime(),
    plan: await planOfRun(client, run),
    task: task
      ? {
          attempt: task.attempt ?? 1,
          sinceMs: msOf(task.originalScheduledTime) ?? msOf(task.scheduledTime) ?? run.startTime.getTime(),
          started: Boolean(task.startedTime),
          failure: tried?.workflowTaskFailedEventAttributes?.failure?.message ?? null,
        }
      : null,
    steps: (raw.pendingActivities ?? []).map(stepOf),
  }
}

type Described = NonNullable<
  Awaited<ReturnType<ReturnType<Client['workflow']['getHandle']>['describe']>>['raw']['pendingActivities']
>

function stepOf(pending: Described[number]): StepFacts {
  return {
    id: pending.activityId ?? 'a step',
    attempt: pending.attempt ?? 1,
    sinceMs: msOf(pending.scheduledTime) ?? 0,
    seenAtMs: msOf(pending.lastHeartbeatTime) ?? msOf(pending.lastStartedTime),
    failure: pending.lastFailure?.message ?? null,
  }
}

type Timestamp = { seconds?: unknown; nanos?: unknown } | null | undefined

function msOf(timestamp: Timestamp): number | null {
  if (!timestamp) return null
  return Number(timestamp.seconds ?? 0) * 1_000 + Number(timestamp.nanos ?? 0) / 1e6
}
