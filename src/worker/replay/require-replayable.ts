import type { Client } from '@temporalio/client'
import type { WorkflowBundleOption } from '@temporalio/worker'
import type { Logger } from 'pino'
import { replayOpenRuns, type Unreplayable } from './replay-open-runs.ts'
import { ReplayRefused } from './replay-refused.ts'

/** Runs that a worker may leave behind although its code cannot carry them on, and why a person said so. */
export type Leave = { runs: readonly string[]; reason: string }

/**
 * Before anything is polled: throws {@link ReplayRefused} when this workflow code cannot carry on a run that is open.
 * Answers with a line for each one that is left behind all the same; they are in the log at every start.
 */
export async function requireReplayable(
  client: Client,
  workflowBundle: WorkflowBundleOption,
  { leave, logger }: { leave: Leave | null; logger: Logger },
): Promise<string[]> {
  const stuck = await replayOpenRuns(client, workflowBundle)
  const named = new Set(leave?.runs)
  const refused = stuck.filter((run) => !named.has(run.runId))
  if (refused.length > 0) throw new ReplayRefused(refusal(refused))
  for (const run of stuck) logger.warn({ ...run, reason: leave?.reason }, 'left behind: this worker cannot carry it on')
  const unneeded = [...named].filter((runId) => !stuck.some((run) => run.runId === runId))
  for (const runId of unneeded) logger.warn({ runId }, 'told to leave a run that is not open or can be carried on')
  return stuck.map((run) => `${lineOf(run)}; left behind: ${leave?.reason}`)
}

function lineOf({ workflowId, runId, version, problem }: Unreplayable): string {
  return `${workflowId} (${version === null ? '' : `${version}, `}run ${runId}): ${problem}`
}

function refusal(stuck: readonly Unreplayable[]): string {
  const count = stuck.length === 1 ? '1 open run' : `${stuck.length} open runs`
  const leave = stuck.map(({ runId }) => `--leave ${runId}`).join(' ')
  return [
    `expected every open run to replay with this version, ${count} did not; nothing was polled`,
    ...stuck.map((run) => `  ${lineOf(run)}`),
    'Next: start the version that began it until it has ended, or start all the same and leave it without a worker:',
    `  belay worker ${leave} --reason "..."   (as variables: BELAY_LEAVE, BELAY_LEAVE_REASON)`,
  ].join('\n')
}
