import { approvalItem, type ItemRecord, overrideItem } from '../../src/domain/checklist.ts'
import { approved } from '../../src/domain/gate/approvals.ts'
import type { Answer } from '../../src/domain/gate/provider.ts'
import { reviewedHash, subjectOf } from '../../src/domain/gate/reviewed.ts'
import { signWords } from '../../src/domain/item-words.ts'
import type { Message } from '../../src/domain/message.ts'
import { demandsProof } from '../people/prove.ts'
import { now, type Run, tick } from '../run/run.ts'
import { openAtGate } from './open-at-gate.ts'

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
    const change = approved(rule, before, answerOf(message, claimed, 'approval', note ?? 'approved'))
    tick(run, item, { ...change, via, note })
    return `approval by ${who}: ${change.detail}`
  }
  const signature = { state: 'passed', by, claimed, via, note, link } as const
  if (before && item === overrideItem) {
    const answers = [...(before.answers ?? []), answerOf(message, claimed, 'override', note ?? 'confirmed')]
    tick(run, item, { ...signature, answers })
    return `override confirmed by ${who}: ${before.detail}`
  }
  tick(run, item, { ...signature, ...reviewed(run, message, claimed) })
  return `${item} signed by ${who}`
}

/**
 * A signature beside the other answers of a gate item, where the plan keeps them, and what it is for: the hash of the
 * difference that its item is about.
 */
function reviewed(run: Run, message: SignOff, claimed: boolean): Partial<Pick<ItemRecord, 'detail' | 'answers'>> {
  const { item, note } = message
  const before = run.items.get(item)
  if (!run.plan.gate.policy || !before || !item.startsWith('pre.')) return {}
  const hash = subjectOf(item) === null ? null : reviewedHash(run.changes, item)
  const about = hash === null ? [] : [`${subjectOf(item)} difference sha256:${hash}`]
  const detail = [...about, ...(note === undefined ? [] : [note])].join('; ')
  const { commit } = run.plan.release
  const answers = [...(before.answers ?? []), { ...answerOf(message, claimed, 'sign_off', detail), commit }]
  return { ...(hash !== null && { detail: `difference ${hash.slice(0, 12)}` }), answers }
}

/** Of what was said at most 300 characters are kept beside the name. */
function answerOf(
  message: SignOff,
  claimed: boolean,
  provider: 'approval' | 'override' | 'sign_off',
  said: string,
): Answer {
  const { by, link = null } = message
  return { provider, ok: true, detail: said.slice(0, 300), link, commit: null, by, claimed, at: now() }
}
