import type { Client } from '@temporalio/client'
import type { OpenRun } from './open-runs.ts'

export type Fetched =
  | { kind: 'history'; history: unknown }
  /** It has ended since it was listed: nothing to replay. */
  | { kind: 'ended' }
  | { kind: 'problem'; problem: string }

/** Some pages of a history of the greatest size, over a slow line. */
const fetchLimitMs = 30_000
/** A deployment has some hundred events; far above lies nothing that a worker could replay while people wait. */
const mostEvents = 20_000
const mostBytes = 30_000_000

/** The history of an open run. Never throws: what cannot be read is a problem of this run, and is told as such. */
export async function fetchHistory(client: Client, { workflowId, runId }: OpenRun): Promise<Fetched> {
  const handle = client.workflow.getHandle(workflowId, runId)
  try {
    return await client.withDeadline(Date.now() + fetchLimitMs, async () => {
      const { status, historyLength, historySize = 0 } = await handle.describe()
      if (status.name !== 'RUNNING') return { kind: 'ended' }
      if (historyLength > mostEvents || historySize > mostBytes) {
        const got = `${historyLength} events, ${historySize} bytes`
        return { kind: 'problem', problem: `its history is too long to be replayed before polling (${got})` }
      }
      return { kind: 'history', history: await handle.fetchHistory() }
    })
  } catch (error) {
    return { kind: 'problem', problem: `its history cannot be fetched: ${wordsOf(error)}` }
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
