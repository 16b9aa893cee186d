import { approvalItem, type ItemAddress, type ItemRecord, overrideItem } from '../checklist.ts'
import type { Plan } from '../plan.ts'
import { ignoredByPerformer, safetyWords } from './ignored.ts'
import type { ApprovalRule } from './policy.ts'
import type { Answer } from './provider.ts'
import { isSamePerson, mayBeSamePerson } from './same-person.ts'

type Asking = Pick<Plan, 'gate' | 'performer' | 'ignoredSafeties'>

/** What people are asked for beside the lists: so many approvals, and a second person's word for the rules ignored. */
export function gatePeopleItems(plan: Asking): ItemRecord[] {
  const { policy } = plan.gate
  if (!policy) return []
  const { required } = policy.approvals
  const ignored = policy.override === 'second_person' ? ignoredByPerformer(plan) : []
  return [
    ...(required > 0 ? [asked(approvalItem, approvalWords(policy.approvals, []))] : []),
    ...(ignored.length > 0 ? [asked(overrideItem, ignored.map(safetyWords).join('; '))] : []),
  ]
}

function asked(item: ItemAddress, detail: string): ItemRecord {
  const nobody = { by: null, claimed: false, via: null, note: null, link: null, at: null }
  return { item, state: 'open', how: 'sign_off', detail, ...nobody }
}

/** `1 of 2: ann@example.com (claimed)` */
function approvalWords({ required }: ApprovalRule, answers: readonly Answer[]): string {
  const names = approvalsIn(answers).map(({ by, claimed }) => `${by}${claimed ? ' (claimed)' : ''}`)
  return `${names.length} of ${required}${names.length > 0 ? `: ${names.join(', ')}` : ''}`
}

/** The approvals that count: answers of people who said yes. */
function approvalsIn(answers: readonly Answer[]): Answer[] {
  return answers.filter(({ provider, ok }) => provider === 'approval' && ok)
}

/** What one more approval makes of the item: it passes with the last one asked for. */
export function approved(rule: ApprovalRule, item: ItemRecord, answer: Answer): Partial<ItemRecord> {
  const answers = [...(item.answers ?? []), answer]
  const complete = approvalsIn(answers).length >= rule.required
  const { by, claimed, link } = answer
  const last = complete ? ({ state: 'passed', by, claimed, link } as const) : ({ state: 'open' } as const)
  return { ...last, detail: approvalWords(rule, answers), answers }
}

/**
 * The item as it is asked again: what was answered before stays on the record and no longer counts. `why` says what has
 * changed.
 */
export function reopened(plan: Asking, item: ItemRecord, why: string): Partial<ItemRecord> {
  const answers = (item.answers ?? []).map((answer) =>
    answer.ok ? { ...answer, ok: false, detail: `void: ${why}; it said: ${answer.detail}`.slice(0, 300) } : answer,
  )
  const fresh = gatePeopleItems(plan).find((one) => one.item === item.item)
  const nobody = { by: null, claimed: false, via: null, note: null, link: null }
  return { state: 'open', detail: fresh?.detail ?? item.detail, ...nobody, answers }
}

/** Why this person cannot answer for the deployment as a whole; null: they can. */
export function signerRefusal(plan: Asking, item: ItemRecord, by: string): string | null {
  const { policy } = plan.gate
  if (!policy || (item.item !== approvalItem && item.item !== overrideItem)) return null
  const { reviewers, preventSelfReview } = policy.approvals
  const isPerformer = mayBeSamePerson(by, plan.performer)
  if (item.item === overrideItem && isPerformer) {
    return `override: expected somebody other than ${plan.performer}, who ignores the rules`
  }
  if (item.item === approvalItem && isPerformer && preventSelfReview) {
    return `approval: expected somebody other than ${plan.performer}, who deploys (prevent_self_review)`
  }
  if (reviewers.length > 0 && !reviewers.some((reviewer) => isSamePerson(reviewer, by))) {
    return `${item.item}: expected one of the reviewers (${reviewers.join(', ')}), got ${by}`
  }
  if (approvalsIn(item.answers ?? []).some((answer) => mayBeSamePerson(answer.by ?? '', by))) {
    return `approval: ${by} has approved already (${approvalWords(policy.approvals, item.answers ?? [])}); expected somebody else`
  }
  return null
}
