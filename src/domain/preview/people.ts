import { approvalItem, type ItemAddress, type ItemRecord, overrideItem } from '../checklist.ts'
import { gateRules } from '../gate/safety-rules.ts'
import type { Plan } from '../plan.ts'
import type { PlannedItem } from './answers.ts'

/** Somebody who must say something, before anything changes or once the release is live. */
export type PlannedSignature = {
  item: ItemAddress
  when: 'before' | 'after'
  /** Who may, in words. */
  who: string
  withinMs: number
}

/** `found`: the items as the gate left them; an approval that is ignored waits for nobody. */
export function plannedSignatures(
  plan: Plan,
  items: readonly PlannedItem[],
  found: readonly ItemRecord[],
): PlannedSignature[] {
  const settled = found.flatMap(({ item, state }) => (state === 'open' ? [] : [item]))
  return [...before(plan, items), ...acknowledged(plan), ...after(plan)].filter(({ item }) => !settled.includes(item))
}

function before(plan: Plan, items: readonly PlannedItem[]): PlannedSignature[] {
  const { withinMs, policy } = plan.gate
  const signed = items.filter(({ person, runs }) => person && runs.length === 0).map(({ item }) => `pre.${item}`)
  const asked: [ItemAddress, string][] = signed.map((item) => [item, 'anybody'])
  if (policy && policy.approvals.required > 0) asked.push([approvalItem, approvers(plan, policy.approvals)])
  if (policy?.override === 'second_person' && ignoredByPerson(plan)) {
    asked.push([overrideItem, `somebody other than ${plan.performer}, for the rules that are ignored`])
  }
  return asked.map(([item, who]) => ({ item, when: 'before', who, withinMs }))
}

/** Asked last, right before the first change. */
function acknowledged({ gate, ignoredSafeties }: Plan): PlannedSignature[] {
  const source = gate.policy?.onCall
  if (source?.from !== 'acknowledgement' || ignoredSafeties.some(({ rule }) => rule === 'on_call')) return []
  const who = `${source.people.join(' or ')}, who is on call`
  return [{ item: 'on_call', when: 'before', who, withinMs: source.withinMs }]
}

type Approvals = NonNullable<Plan['gate']['policy']>['approvals']

function approvers(plan: Plan, { required, reviewers, preventSelfReview }: Approvals): string {
  const count = required === 1 ? '1 person' : `${required} different people`
  const of = reviewers.length > 0 ? ` of ${reviewers.join(', ')}` : ''
  return `${count}${of}${preventSelfReview ? `, not ${plan.performer}` : ''}`
}

/** What the configuration always ignores was reviewed with it. */
function ignoredByPerson({ ignoredSafeties, performer }: Plan): boolean {
  return ignoredSafeties.some(({ rule, by }) => by === performer && gateRules.some((known) => known === rule))
}

function after({ after: { post, manual, withinMs } }: Plan): PlannedSignature[] {
  const items = [
    ...Object.entries(post).map(([id, answer]) => [`post.${id}`, answer] as const),
    ...Object.entries(manual).map(([id, answer]) => [`manual.${id}`, answer] as const),
  ]
  return items.flatMap(([item, answer]) =>
    answer.by === 'sign_off' ? [{ item, when: 'after', who: 'anybody', withinMs } as const] : [],
  )
}
