import type { Client } from '@temporalio/client'
import { Worker, type WorkflowBundleOption } from '@temporalio/worker'
import { difference } from './difference.ts'
import { fetchHistory } from './fetch-history.ts'
import { listOpenRuns, type OpenRun } from './open-runs.ts'
import { within } from './within.ts'

/** Why an open run cannot be carried on with this workflow code. */
export type Unreplayable = OpenRun & { problem: string }

/**
 * Replays every open run with this workflow code and answers with those it cannot carry on, each with the first
 * difference. Changes nothing, polls nothing; quick when nothing is open. A run whose history cannot be fetched is one
 * of them, and so is each that one before it has kept from being replayed: not knowing is no reason to poll. Throws
 * {@link ReplayRefused} when there are too many of them. `limitMs`: how long one may take.
 */
export async function replayOpenRuns(
  client: Client,
  workflowBundle: WorkflowBundleOption,
  limitMs = replayLimitMs,
): Promise<Unreplayable[]> {
  const open = await listOpenRuns(client)
  if (open.length === 0) return []
  const found: Unreplayable[] = []
  const histories = historiesOf(client, open, found)
  const results = Worker.runReplayHistories({ workflowBundle }, histories.each())
  for (;;) {
    const next = await within(limitMs, results.next())
    if (next === 'late') {
      const problem = `it was not replayed within ${limitMs / 1000} s`
      const late = { ...histories.current(), problem }
      const others = histories.giveUp().map((run) => ({ ...run, problem: `not replayed, after ${late.workflowId}` }))
      // It ends the replay worker as soon as what is late lets it: a living one keeps this process from ending.
      void results.return?.(undefined).catch(() => undefined)
      return [...found, late, ...others]
    }
    if (next.done) return found
    if (next.value.error) found.push({ ...histories.current(), problem: difference(next.value.error) })
  }
}

/** A run of some hundred events takes a tenth of a second; one that takes this long takes for ever. */
const replayLimitMs = 60_000

/** One after the other, as the replaying asks for them; `found` gets those that have none. */
function historiesOf(client: Client, open: readonly OpenRun[], found: Unreplayable[]) {
  let at: OpenRun = { workflowId: 'none', runId: 'none', version: null }
  const waiting = [...open]
  return {
    current: () => at,
    /** Hands out no more of them, and answers with those it never did. */
    giveUp: () => waiting.splice(0),
    async *each() {
      for (let run = waiting.shift(); run; run = waiting.shift()) {
        at = run
        const fetched = await fetchHistory(client, run)
        if (fetched.kind === 'problem') found.push({ ...run, problem: fetched.problem })
        if (fetched.kind === 'history') yield { workflowId: run.workflowId, history: fetched.history }
      }
    },
  }
}
