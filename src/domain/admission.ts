import { type ItemRecord, isGateItem } from './checklist.ts'
import { type OwnWork, ownReviewProblem } from './gate/own-review.ts'
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
  /** Whose signature under the review does not count; null or absent: everybody's does. */
  ownWork?: OwnWork | null
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
  if (item.how === 'evidence' && item.state === 'running') return `${item.item} is still running: ${item.detail}`
  if (item.how !== 'sign_off' && item.how !== 'claim') return `${item.item} is answered by ${item.how}, not by a person`
  if (item.state !== 'open') return `${item.item} is already ${item.state}${item.by ? ` (${item.by})` : ''}`
  const early = !isGateItem(item.item) && !run.live
  if (early) return `${item.item} can be answered when the release is live (phase: ${run.phase})`
  if (message.name === 'signOff' && message.plan !== undefined && message.plan !== run.planDigest) {
    return `the sign-off is for plan ${message.plan.slice(0, 12)}, this run follows ${run.planDigest.slice(0, 12)}`
  }
  if (message.name === 'signOff' && item.item === 'pre.code_reviewed' && run.ownWork) {
    return ownReviewProblem(message.by, run.ownWork)
  }
  return null
}

function decisionRefusal(message: Extract<Message, { name: 'decide' }>, waiting: Waiting | null): string | null {
  if (!waiting) return 'nothing waits for a decision'
  if (waiting.question !== message.question) return `the question is ${waiting.question}, not ${message.question}`
  if (!waiting.answers.includes(message.answer)) {
    return `${waiting.question} can be answered with ${waiting.answers.join(', ')}; got ${message.answer}`
  }
  return null
}
