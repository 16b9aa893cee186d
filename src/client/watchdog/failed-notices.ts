import { type Client, WorkflowFailedError } from '@temporalio/client'
import type { Facts } from '../../domain/watchdog/facts.ts'

/** Notices to people are runs of their own beside the deployments; these were given up since then. */
export async function failedNotices(client: Client, sinceMs: number): Promise<Facts['failedNotices']> {
  const since = new Date(sinceMs).toISOString()
  const query = `WorkflowId STARTS_WITH 'notice:' AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated') AND CloseTime > '${since}'`
  const found: { workflowId: string; how: string }[] = []
  for await (const { workflowId, runId, status } of client.workflow.list({ query })) {
    const how = status.name.toLowerCase().replace('_', ' ')
    found.push({ workflowId, how: status.name === 'FAILED' ? await whyFailed(client, workflowId, runId) : how })
  }
  return found
}

/** It has ended, so that its result is there at once: the receivers' answers, in its own words. */
async function whyFailed(client: Client, workflowId: string, runId: string): Promise<string> {
  try {
    await client.workflow.getHandle(workflowId, runId).result()
    return 'failed'
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error
    return error.cause?.message ?? 'failed'
  }
}
