import { approvalItem, type ItemRecord, overrideItem } from '../../src/domain/checklist.ts'
import { approved } from '../../src/domain/gate/approvals.ts'
import type { Answer } from '../../src/domain/gate/provider.ts'
import { reviewedHash, subjectOf } from '../../src/domain/gate/reviewed.ts'
import { signWords } from '../../src/domain/item-words.ts'
import type { Message } from '../../src/domain/message.ts'
import { demandsProof } from '../prove.ts'
import { now, type Run, tick } from '../run.ts'
import { openAtGate } from './open-at-gate.ts'
import { signedAnswer } from './own-review.ts'

type SignOff = Extract<Message, { name: 'signOff' }>

/** What a signature does to its item, in words; what is waited for says what is still missing. */
export function signed(run: Run, message: SignOff, via: 'signal' | 'update'): string {
  const recorded = take(run, message, via)
  const open = openAtGate(run)
  if (run.waitingFor?.question === 'sign-off' && open.length > 0) {
    run.waitingFor = { ...run.waitingFor, text: `sign ${signWords(open)}` }
  }
  return recorded
}

/** An approval is one of several, a review is of one difference. */
function take(run: Run, message: SignOff, via: 'signal' | 'update'): string {
  const { item, by, note = null, link = null } = message
  // Where names are proven no signature comes as far as this without a proof.
  const claimed = !demandsProof(run)
  const who = `${by} (${claimed ? 'claimed' : 'ssh'})`
  const before = run.items.get(item)
  const rule = run.plan.gate.policy?.approvals
  if (before && rule && item === approvalItem) {
    const change = approved(rule, before, answerOf(message, claimed, 'approval'))
    tick(run, item, { ...change, via, note })
    return `approval by ${who}: ${change.detail}`
  }
  if (before && item === overrideItem) {
    const answers = [...(before.answers ?? []), answerOf(message, claimed, 'override')]
    tick(run, item, { state: 'passed', by, claimed, via, note, link, answers })
    return `override confirmed by ${who}: ${before.detail}`
  }
  tick(run, item, {
    state: 'passed',
    by,
    claimed,
    via,
    note,
    link,
    ...signedAnswer(run, message, claimed),
    ...signedDifference(run, message, claimed),
  })
  return `${item} signed by ${who}`
}

/** What a signature is for, on the record: the hash of the difference that its item is about. Others add nothing. */
function signedDifference(
  run: Run,
  { item, by, link }: SignOff,
  claimed: boolean,
): Partial<Pick<ItemRecord, 'detail' | 'answers'>> {
  const hash = subjectOf(item) === null ? null : reviewedHash(run.changes, item)
  if (hash === null) return {}
  const earlier = run.items.get(item)?.answers ?? []
  const detail = `${subjectOf(item)} difference sha256:${hash}`
  const person = { provider: 'sign_off', by, claimed, link: link ?? null } as const
  const answer = { ...person, ok: true, detail, commit: run.plan.release.commit, at: now() }
  return { detail: `difference ${hash.slice(0, 12)}`, answers: [...earlier, answer] }
}

/** At most 300 characters of a note are kept beside the name. */
function answerOf(message: SignOff, claimed: boolean, provider: 'approval' | 'override'): Answer {
  const { by, note, link = null } = message
  const detail = note?.slice(0, 300) ?? (provider === 'approval' ? 'approved' : 'confirmed')
  return { provider, ok: true, detail, link, commit: null, by, claimed, at: now() }
}
