import type { Client } from '@temporalio/client'
import { taskQueue } from '../../domain/id.ts'
import { ReplayRefused } from './replay-refused.ts'

/** An open run of a workflow of ours, of whatever kind: deployment, rollback, or one of the short ones beside them. */
export type OpenRun = {
  workflowId: string
  runId: string
  /** null: a short run beside the deployments. */
  version: string | null
}

/** Far more than one worker is meant for: an environment has one open run. */
const mostRuns = 1_000

/** Throws {@link ReplayRefused} when there are more than a worker may be asked to replay before it serves. */
export async function listOpenRuns(client: Client, most = mostRuns): Promise<OpenRun[]> {
  const query = `ExecutionStatus='Running' AND TaskQueue='${taskQueue}'`
  const open: OpenRun[] = []
  for await (const { workflowId, runId, memo } of client.workflow.list({ query })) {
    const version = memo?.version === undefined ? null : String(memo.version)
    open.push({ workflowId, runId, version })
    if (open.length > most) throw new ReplayRefused(tooMany(most))
  }
  return open
}

function tooMany(most: number): string {
  return [
    `expected at most ${most} open runs to replay before polling, got more; nothing was polled`,
    'Next: see what is open with `belay status` and in the Temporal UI, and end what nobody needs; or let workers of the',
    '  version that began them serve until fewer are open',
  ].join('\n')
}
