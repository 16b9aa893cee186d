import { type ItemRecord, isGateItem } from './checklist.ts'
import type { ReleaseChanges } from './gate/changes.ts'
import { reviewedHash, subjectOf } from './gate/reviewed.ts'
import type { Message } from './message.ts'
import type { Phase } from './outcome.ts'
import type { Waiting } from './status.ts'

/** What a run must know of itself to tell whether a message may be taken. */
export type Admitting = {
  deployment: string
  planDigest: string
  phase: Phase
  live: boolean
  items: readonly ItemRecord[]
  waitingFor: Waiting | null
  /** Absent: nothing binds to it; null: not read yet. */
  changes?: ReleaseChanges | null
}

/** Why this message cannot be taken now, as a sentence, or null when it can. */
export function refusalOf(message: Message, run: Admitting): string | null {
  if (message.deployment !== run.deployment) {
    return `this is deployment ${run.deployment}, the message is for ${message.deployment}`
  }
  switch (message.name) {
    case 'signOff':
    case 'reject':
      return itemRefusal(message, run)
    case 'abort':
    case 'rollback':
      if (run.phase === 'rollback') return 'the rollback is already running'
      if (run.phase === 'finished') return 'the run has ended'
      if (run.phase === 'recording' && message.name === 'abort') {
        return 'the release is live and being recorded; to take it back send rollback'
      }
      return null
    case 'supersede':
      return run.phase === 'gate' ? null : `it no longer waits at its gate (phase: ${run.phase})`
    case 'extendWindow':
      return run.phase === 'watch' ? null : `nothing is being watched (phase: ${run.phase})`
    case 'decide':
      return decisionRefusal(message, run.waitingFor)
  }
}

function itemRefusal(message: Extract<Message, { name: 'signOff' | 'reject' }>, run: Admitting): string | null {
  const item = run.items.find((record) => record.item === message.item)
  if (!item) {
    const signable = run.items.filter((record) => record.how === 'sign_off').map((record) => record.item)
    return `there is no item ${message.item}; items to sign: ${signable.join(', ') || 'none'}`
  }
  if (item.how !== 'sign_off' && item.how !== 'claim') return `${item.item} is answered by ${item.how}, not by a person`
  if (item.state !== 'open') return `${item.item} is already ${item.state}${item.by ? ` (${item.by})` : ''}`
  const early = !isGateItem(item.item) && !run.live
  if (early) return `${item.item} can be answered when the release is live (phase: ${run.phase})`
  if (message.name === 'signOff' && message.plan !== undefined && message.plan !== run.planDigest) {
    return `the sign-off is for plan ${message.plan.slice(0, 12)}, this run follows ${run.planDigest.slice(0, 12)}`
  }
  return message.name === 'signOff' ? differenceRefusal(message, run) : null
}

/** What is shown to people; a copied beginning is enough. */
const shortestHash = 12

/** A signature is for the difference that was shown, not for whatever it has become. */
function differenceRefusal({ item, changes }: Extract<Message, { name: 'signOff' }>, run: Admitting): string | null {
  if (run.changes === undefined) return null
  if (run.changes === null) {
    return subjectOf(item) === null
      ? null
      : `${item}: what the release changes is not read yet, so nobody can have seen it; try again in a moment`
  }
  if (changes === undefined) return null
  const hash = reviewedHash(run.changes, item)
  if (hash?.startsWith(changes) && changes.length >= shortestHash) return null
  const now = hash === null ? 'there is none now' : `it is ${hash.slice(0, 12)} now`
  return `the sign-off of ${item} is for the difference ${changes.slice(0, 12)}, ${now}: look again (belay status), then sign`
}

function decisionRefusal(message: Extract<Message, { name: 'decide' }>, waiting: Waiting | null): string | null {
  if (!waiting) return 'nothing waits for a decision'
  if (waiting.question !== message.question) return `the question is ${waiting.question}, not ${message.question}`
  if (!waiting.answers.includes(message.answer)) {
    return `${waiting.question} can be answered with ${waiting.answers.join(', ')}; got ${message.answer}`
  }
  return null
}
