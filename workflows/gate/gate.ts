import { type ItemRecord, preItems } from '../../src/domain/checklist.ts'
import { broken, type Finding } from '../../src/domain/gate/finding.ts'
import { refusalOf } from '../../src/domain/gate/refusal.ts'
import { startRecord } from '../records.ts'
import { enterPhase, type Run, Trouble } from '../run.ts'
import { acknowledge } from './acknowledge.ts'
import { changesAfterWait, changesStillHold, readChanges, tellChanges } from './changes.ts'
import { answerItems } from './items.ts'
import { people } from './people.ts'
import { evaluateRules } from './rules.ts'

/**
 * Everything that must hold before the first change: the rules of the environment and the eight items of the checklist.
 * All of it is asked side by side, and all that fails is reported at once; then people sign.
 */
export async function gate(run: Run): Promise<void> {
  enterPhase(run, 'gate', `gate for ${run.plan.release.version} on ${run.plan.environment}`)
  const reading = readChanges(run)
  const [rules, changes] = await Promise.all([evaluateRules(run), reading, answerItems(run, reading)])
  tellChanges(run)
  refuseBroken([...rules, ...changes, ...failedItems(run)])
  // A wait may have outlived what was true before it; what people signed may be something else by now.
  while (await people(run)) {
    const [still, after] = await Promise.all([evaluateRules(run), changesAfterWait(run)])
    refuseBroken([...still, ...after.findings, ...failedItems(run)])
    if (!after.moved) break
  }
  if (await acknowledge(run)) await rulesStillHold(run)
  await startRecord(run)
}

/** Evaluated again after every wait, right before the first change. */
export async function rulesStillHold(run: Run): Promise<void> {
  const [rules, changes] = await Promise.all([evaluateRules(run), changesStillHold(run)])
  refuseBroken([...rules, ...changes])
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
