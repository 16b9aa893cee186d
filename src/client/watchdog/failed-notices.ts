import type { Client } from '@temporalio/client'
import type { Facts } from '../../domain/watchdog-facts.ts'

/** Notices to people are runs of their own beside the deployments; these were given up since then. */
export async function failedNotices(client: Client, sinceMs: number): Promise<Facts['failedNotices']> {
  const since = new Date(sinceMs).toISOString()
  const query = `WorkflowId STARTS_WITH 'notice:' AND ExecutionStatus IN ('Failed', 'TimedOut', 'Terminated') AND CloseTime > '${since}'`
  const found: { workflowId: string; how: string }[] = []
  for await (const { workflowId, status } of client.workflow.list({ query })) {
    found.push({ workflowId, how: status.name.toLowerCase().replace('_', ' ') })
  }
  return found
}
