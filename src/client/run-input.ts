import type { Client } from '@temporalio/client'
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

/** A rollback's input holds its plan beside where it goes. */
function isRequest(value: unknown): value is { plan: Plan } {
  return typeof value === 'object' && value !== null && 'plan' in value && isPlan(value.plan)
}

/** Made by a client of this version or another: only what tells a plan apart is looked at. */
function isPlan(value: unknown): value is Plan {
  return typeof value === 'object' && value !== null && 'protocol' in value && 'digest' in value && 'gate' in value
}
