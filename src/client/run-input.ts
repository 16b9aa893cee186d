import type { Client } from '@temporalio/client'
import { isRecord } from '../domain/is-record.ts'
import type { Plan } from '../domain/plan.ts'

/** The plan a run was started with, read from the first event of its history: needs no worker. null: it cannot be read. */
export async function planOfRun(client: Client, { workflowId, runId }: RunKey): Promise<Plan | null> {
  const { history } = await client.workflowService.getWorkflowExecutionHistory({
    namespace: client.options.namespace,
    execution: { workflowId, runId },
    maximumPageSize: 1,
  })
  const started = history?.events?.[0]?.workflowExecutionStartedEventAttributes
  const [payload] = started?.input?.payloads ?? []
  if (!payload) return null
  const input: unknown = client.options.loadedDataConverter.payloadConverter.fromPayload(payload)
  return isPlan(input) ? input : isRequest(input) ? input.plan : null
}

type RunKey = { workflowId: string; runId: string }

/** The input of a rollback and of an adoption holds its plan beside other things. */
function isRequest(value: unknown): value is { plan: Plan } {
  return isRecord(value) && isPlan(value.plan)
}

/** Made by a client of this version or another: only what tells a plan apart is looked at. */
function isPlan(value: unknown): value is Plan {
  return isRecord(value) && ['protocol', 'digest', 'hosts', 'gate', 'monitoring'].every((field) => field in value)
}
