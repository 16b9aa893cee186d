import { type ItemRecord, preItems } from '../../src/domain/checklist.ts'
import { broken, type Finding } from '../../src/domain/gate/finding.ts'
import { refusalOf } from '../../src/domain/gate/refusal.ts'
import { Trouble } from '../run/interrupt.ts'
import type { Run } from '../run/run.ts'

/** Ends the gate with everything that does not hold; where all of it does, nothing happens. */
export function refuseBroken(findings: readonly Finding[]): void {
  const failed = findings.filter(({ holds }) => !holds)
  if (failed.length > 0) throw new Trouble(refusalOf(failed))
}

/** The items that have failed, as findings. */
export function failedItems(run: Run): Finding[] {
  return preItems.flatMap((id) => {
    const item = run.items.get(`pre.${id}`)
    return item?.state === 'failed' ? [broken(item.item, item.detail || 'failed', helpOf(run, item))] : []
  })
}

/** What the answers that said no know of a way on; else where it can be looked at. */
function helpOf(run: Run, item: ItemRecord): { next: string | null; allowedAt: string | null } {
  const said = (item.answers ?? []).filter(({ ok }) => !ok)
  const latest = said.flatMap(({ allowedAt }) => allowedAt ?? []).toSorted()
  return { next: said.find(({ next }) => next)?.next ?? look(run, item), allowedAt: latest.at(-1) ?? null }
}

/** null: its own words say what comes next. */
function look({ plan }: Run, { item, how, detail }: ItemRecord): string | null {
  if (detail.includes('next: ')) return null
  if (how === 'command') return `belay logs ${plan.deployment} evidence-${item.replace(/^pre\./, '')}, mend it`
  return `belay checklist ${plan.deployment}, mend it`
}
