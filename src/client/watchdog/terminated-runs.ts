import type { Client, WorkflowExecutionInfo } from '@temporalio/client'
import { isAdoptionId } from '../../domain/adoption.ts'
import type { TerminatedFacts } from '../../domain/watchdog/facts.ts'
import { attribute, nameOf, ofEnvironments } from './run-name.ts'

/** Deployments, rollbacks and adoptions that were terminated since then: no code of theirs ran any more, nothing was undone. */
export async function terminatedRuns(client: Client, sinceMs: number): Promise<TerminatedFacts[]> {
  const since = new Date(sinceMs).toISOString()
  const query = `ExecutionStatus='Terminated' AND ${ofEnvironments} AND CloseTime > '${since}'`
  const found: TerminatedFacts[] = []
  for await (const run of client.workflow.list({ query })) {
    found.push({ ...nameOf(run), since: await whatCameAfter(client, run) })
  }
  return found
}

/** Only a later run that reached its end with something live, or with everything undone, has cleared up. */
async function whatCameAfter(client: Client, run: WorkflowExecutionInfo): Promise<TerminatedFacts['since']> {
  const { workflowId, startTime } = run
  // The claim of an adoption keeps every deployment out: one that came through has found none.
  const ids = isAdoptionId(workflowId) ? [workflowId, workflowId.replace('adopt:', 'deploy:')] : [workflowId]
  const which = ids.map((id) => `'${id}'`).join(', ')
  const query = `WorkflowId IN (${which}) AND StartTime > '${startTime.toISOString()}'`
  let open = false
  for await (const later of client.workflow.list({ query })) {
    const outcome = attribute(later, 'BelayOutcome')
    if (outcome === 'SUCCESS' || outcome === 'ROLLED_BACK') return 'settled'
    if (adopted(later)) return 'settled'
    if (later.status.name === 'RUNNING') open = true
  }
  return open ? 'open' : 'nothing'
}

/** One that failed may have failed before it took the claim over. */
function adopted({ workflowId, status }: WorkflowExecutionInfo): boolean {
  return isAdoptionId(workflowId) && status.name === 'COMPLETED'
}
