import type { Client, WorkflowExecutionInfo } from '@temporalio/client'
import type { TerminatedFacts } from '../../domain/watchdog-facts.ts'
import { attribute, nameOf } from './run-name.ts'

/** Deployments and rollbacks that were terminated since then: no code of theirs ran any more, nothing was undone. */
export async function terminatedRuns(client: Client, sinceMs: number): Promise<TerminatedFacts[]> {
  const since = new Date(sinceMs).toISOString()
  const query = `ExecutionStatus='Terminated' AND WorkflowId STARTS_WITH 'deploy:' AND CloseTime > '${since}'`
  const found: TerminatedFacts[] = []
  for await (const run of client.workflow.list({ query })) {
    found.push({ ...nameOf(run), since: await whatCameAfter(client, run) })
  }
  return found
}

/** Only a later run that reached its end with something live, or with everything undone, has cleared up. */
async function whatCameAfter(client: Client, run: WorkflowExecutionInfo): Promise<TerminatedFacts['since']> {
  const query = `WorkflowId='${run.workflowId}' AND StartTime > '${run.startTime.toISOString()}'`
  let open = false
  for await (const later of client.workflow.list({ query })) {
    const outcome = attribute(later, 'BelayOutcome')
    if (outcome === 'SUCCESS' || outcome === 'ROLLED_BACK') return 'settled'
    if (later.status.name === 'RUNNING') open = true
  }
  return open ? 'open' : 'nothing'
}
