import { CancellationScope } from '@temporalio/workflow'
import { type ItemRecord, preItems } from '../../src/domain/checklist.ts'
import { broken, type Finding } from '../../src/domain/gate/finding.ts'
import { refusalOf } from '../../src/domain/gate/refusal.ts'
import { startRecord } from '../records.ts'
import { enterPhase, type Run, Trouble } from '../run.ts'
import { acknowledge } from './acknowledge.ts'
import { changesAfterWait, changesStillHold, readChanges, tellChanges } from './changes.ts'
import { evidenceStillHolds } from './evidence-again.ts'
import { answerItems } from './items.ts'
import { readAuthors, voidOwnReview } from './own-review.ts'
import { isUnfinished, pendingEvidence } from './pending.ts'
import { people } from './people.ts'
import { provePerformer } from './rules/performer.ts'
import { evaluateRules } from './rules.ts'

/**
 * Everything that must hold before the first change: the rules of the environment and the eight items of the checklist.
 * All of it is asked side by side, and all that fails is reported at once; then people sign.
 */
export async function gate(run: Run): Promise<void> {
  enterPhase(run, 'gate', `gate for ${run.plan.release.version} on ${run.plan.environment}`)
  await provePerformer(run)
  const reading = readChanges(run)
  const [rules, changes] = await Promise.all([evaluateRules(run), reading, answerItems(run, reading), readAuthors(run)])
  tellChanges(run)
  voidOwnReview(run)
  refuseBroken([...rules, ...changes, ...failedItems(run)])
  // A wait may have outlived what was true before it; what people signed may be something else by now.
  while (await everybody(run)) {
    const [still, after] = await Promise.all([evaluateRules(run), changesAfterWait(run), evidenceStillHolds(run)])
    refuseBroken([...still, ...after.findings, ...failedItems(run)])
    if (!after.moved) break
  }
  if (await acknowledge(run)) await rulesStillHold(run)
  await startRecord(run)
}

/** Waits for people and for evidence that is still being made, side by side; a no of either ends it. */
async function everybody(run: Run): Promise<boolean> {
  if (!isUnfinished(run)) return await people(run)
  await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current()
    try {
      await Promise.all([people(run), pendingEvidence(run, () => refuseFailed(run))])
    } finally {
      scope.cancel()
    }
  })
  // A person may have to sign what the evidence has answered now.
  await everybody(run)
  return true
}

function refuseFailed(run: Run): void {
  const failed = failedItems(run)
  // Nobody has to sign any more what is refused.
  if (failed.length > 0) run.waitingFor = null
  refuseBroken(failed)
}

/** Evaluated again after every wait, right before the first change. */
export async function rulesStillHold(run: Run): Promise<void> {
  const [rules, changes, evidence] = await Promise.all([
    evaluateRules(run),
    changesStillHold(run),
    evidenceStillHolds(run),
  ])
  refuseBroken([...rules, ...changes, ...evidence])
}

function failedItems(run: Run): Finding[] {
  return preItems.flatMap((id) => {
    const item = run.items.get(`pre.${id}`)
    return item?.state === 'failed' ? [broken(item.item, item.detail || 'failed', helpOf(item))] : []
  })
}

/** What the answers that said no know of a way on. */
function helpOf({ answers = [] }: ItemRecord): { next: string | null; allowedAt: string | null } {
  const said = answers.filter(({ ok }) => !ok)
  const latest = said.flatMap(({ allowedAt }) => allowedAt ?? []).toSorted()
  return { next: said.find(({ next }) => next)?.next ?? null, allowedAt: latest.at(-1) ?? null }
}

function refuseBroken(findings: readonly Finding[]): void {
  const failed = findings.filter(({ holds }) => !holds)
  if (failed.length > 0) throw new Trouble(refusalOf(failed))
}
