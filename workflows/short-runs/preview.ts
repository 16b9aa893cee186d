import { CancellationScope } from '@temporalio/workflow'
import { isGateItem } from '../../src/domain/checklist.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { PastRun } from '../../src/domain/preview/estimate.ts'
import type { PreviewFacts } from '../../src/domain/preview/facts.ts'
import { withoutCommands } from '../../src/domain/preview/without-commands.ts'
import { readChanges } from '../gate/changes.ts'
import { answerItems } from '../gate/items.ts'
import { evaluateRules } from '../gate/rules.ts'
import { act, recordNow } from '../proxies.ts'
import { openRun } from '../run/open-run.ts'
import { now, type Run } from '../run/run.ts'
import { knownMigrations } from './known-migrations.ts'

/** What is looked at beside the gate; absent: a command line of an earlier version asks, and its run has these steps only. */
export type PreviewAsks = { migrations: true }

/**
 * Looks ahead: what the gate would find now, what the release changes, how long such a deployment took. The gate's own
 * code is asked, but for its commands and its people; nothing is claimed, tagged or recorded.
 */
export async function previewDeployment(plan: Plan, asks?: PreviewAsks): Promise<PreviewFacts> {
  const run = openRun(withoutCommands(plan), 'deployment')
  return await CancellationScope.nonCancellable(async () => {
    const reading = readChanges(run)
    const looking = asks?.migrations === true ? knownMigrations(run, reading) : Promise.resolve(null)
    const asked = [evaluateRules(run), reading, pastRuns(run), answerItems(run, reading), looking] as const
    const [rules, changes, past, , migrations] = await Promise.all(asked)
    return {
      at: now(),
      live: liveOn(run),
      tagExists: run.tagExists,
      rules: [...rules, ...changes],
      items: [...run.items.values()].filter(({ item }) => isGateItem(item)),
      changes: run.changes,
      onCall: run.onCall,
      migrations,
      past,
    }
  })
}

/** The first host leads, as everywhere. */
function liveOn({ plan, hostStates }: Run) {
  const [record] = hostStates.get(plan.hosts[0] ?? '')?.records ?? []
  return record?.release ?? null
}

/** Only for an estimate: a history that is away is a rule's business. */
async function pastRuns({ plan }: Run): Promise<PastRun[] | null> {
  try {
    const { service, environment } = plan
    const row = { id: 'past deployments', summary: 'how long they took' }
    return await act(recordNow.readPastRuns, row, { service, environment })
  } catch {
    return null
  }
}
