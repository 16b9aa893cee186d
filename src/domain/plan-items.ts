import { duringItems, type ItemAnswer, type ItemRecord, openItem, postItems, preItems } from './checklist.ts'
import { gatePeopleItems } from './gate/approvals.ts'
import type { Plan } from './plan.ts'

type Asking = Pick<Plan, 'gate' | 'after' | 'performer' | 'ignoredSafeties'>

/** The whole checklist of a deployment before anything is answered, in the runbook's order. */
export function itemsOfPlan(plan: Asking): ItemRecord[] {
  const { gate, after } = plan
  return [
    ...preItems.map((id) => openItem(`pre.${id}`, gate.items[id])),
    ...gatePeopleItems(plan),
    ...duringItems.map((id) => openItem(`during.${id}`, evidence)),
    ...postItems.map((id) => openItem(`post.${id}`, after.post[id])),
    ...Object.entries(after.manual).map(([id, answer]) => openItem(`manual.${id}`, answer)),
  ]
}

/** The same with the answers that were written down: what nobody answered is on no record. */
export function answeredItems(plan: Asking, answered: readonly ItemRecord[]): ItemRecord[] {
  return itemsOfPlan(plan).map((item) => answered.find((one) => one.item === item.item) ?? item)
}

const evidence: ItemAnswer = { by: 'belay' }
