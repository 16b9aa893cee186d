import { startRecord } from '../record/records.ts'
import { enterPhase, type Run } from '../run/run.ts'
import { acknowledge } from './acknowledge.ts'
import { changesAfterWait, changesStillHold, readChanges, tellChanges } from './changes.ts'
import { evidenceStillHolds } from './evidence-again.ts'
import { answerItems } from './items.ts'
import { readAuthors, refuseOwnReview } from './own-review.ts'
import { failedItems, refuseBroken } from './refuse.ts'
import { performerRule, provePerformer } from './rules/performer.ts'
import { evaluateRules } from './rules.ts'
import { everybody } from './wait.ts'

/**
 * Everything that must hold before the first change: the rules of the environment and the eight items of the checklist.
 * All of it is asked side by side, and all that fails is reported at once; then people sign.
 */
export async function gate(run: Run): Promise<void> {
  enterPhase(run, 'gate', `gate for ${run.plan.release.version} on ${run.plan.environment}`)
  await provePerformer(run)
  // Until the performer is proven nothing that this plan names is run, not even its evidence commands.
  refuseBroken(performerRule(run))
  const reading = readChanges(run)
  const authors = reading.then(() => readAuthors(run))
  const [rules, changes] = await Promise.all([evaluateRules(run), reading, answerItems(run, reading), authors])
  tellChanges(run)
  refuseOwnReview(run)
  refuseBroken([...rules, ...changes, ...failedItems(run)])
  // While people were waited for the world may have moved on: the rules hold no more, or the difference they signed is another.
  while (await everybody(run)) {
    const [still, after] = await Promise.all([evaluateRules(run), changesAfterWait(run), evidenceStillHolds(run)])
    refuseBroken([...still, ...after.findings, ...failedItems(run)])
    if (!after.moved) break
  }
  if (await acknowledge(run)) await rulesStillHold(run)
  await startRecord(run)
}

/** Evaluated again after every wait, right before the first change. */
export async function rulesStillHold(run: Run): Promise<void> {
  const [rules, changes] = await Promise.all([evaluateRules(run), changesStillHold(run), evidenceStillHolds(run)])
  refuseBroken([...rules, ...changes, ...failedItems(run)])
}
