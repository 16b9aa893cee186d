import {
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client'
import { provenMemo } from '../domain/identity/identity.ts'
import type { BusyHolder } from './errors.ts'
import { type Run, runOf } from './run.ts'
import { temporalTrouble } from './trouble.ts'

/** The latest run under this ID, open or ended; null: there never was one. */
export async function latestRun(client: Client, workflowId: string): Promise<Run | null> {
  const latest = await describe(client, workflowId)
  return latest && runOf(client, latest, { runId: latest.runId, deployment: holderOf(latest).deployment })
}

/** The latest run, if this request started it; an open one that was asked to go back has it as the id of that message. */
export async function requested(client: Client, workflowId: string, key: string): Promise<Run | null> {
  const latest = await describe(client, workflowId)
  if (!latest) return null
  const asked = latest.memo?.request === key || (await wasTold(client, latest, key))
  return asked ? runOf(client, latest, { runId: latest.runId, deployment: holderOf(latest).deployment }) : null
}

async function describe(client: Client, workflowId: string): Promise<WorkflowExecutionDescription | null> {
  try {
    return await client.workflow.getHandle(workflowId).describe()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw temporalTrouble(error, client.options.namespace)
  }
}

/** Asked of the server, which knows the messages of an ended run too. */
async function wasTold(
  client: Client,
  { workflowId, runId }: WorkflowExecutionDescription,
  id: string,
): Promise<boolean> {
  const told = client.workflow.getHandle(workflowId, runId).getUpdateHandle(id)
  try {
    await client.withDeadline(Date.now() + askLimitMs, () => told.result())
    return true
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw temporalTrouble(error, client.options.namespace)
  }
}

/** The answer was given long ago, or there is none. */
const askLimitMs = 5_000

/** What the run's memo says of it. */
export function holderOf(run: Pick<WorkflowExecutionInfo, 'workflowId' | 'runId' | 'startTime' | 'memo'>): BusyHolder {
  const { deployment = 'unknown', version = 'unknown', performer = 'unknown' } = run.memo ?? {}
  return {
    workflowId: run.workflowId,
    deployment: String(deployment),
    version: String(version),
    performer: String(performer),
    performerProven: run.memo?.[provenMemo] === run.runId,
    since: run.startTime.toISOString(),
  }
}
