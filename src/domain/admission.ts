import { type ItemRecord, isGateItem } from './checklist.ts'
import { signerRefusal } from './gate/approvals.ts'
import type { Message } from './message.ts'
import { isNewer } from './newer.ts'
import type { Phase } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { Waiting } from './status.ts'

/** What a run must know of itself to tell whether a message may be taken. */
export type Admitting = {
  deployment: string
  startedAs: 'deployment' | 'rollback'
  planDigest: string
  plan: Pick<Plan, 'gate' | 'performer' | 'ignoredSafeties' | 'release'>
  phase: Phase
  live: boolean
  items: readonly ItemRecord[]
  waitingFor: Waiting | null
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
      return supersedeRefusal(message.version, run)
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
  return message.name === 'signOff' ? signerRefusal(run.plan, item, message.by) : null
}

/** Only what has changed nothing yet gives way, and only to what comes after it. */
function supersedeRefusal(version: string, { startedAs, phase, plan }: Admitting): string | null {
  if (startedAs === 'rollback') return 'it is a rollback: only a deployment that waits at its gate can be superseded'
  if (phase !== 'gate') return `it is past its gate (phase: ${phase}): only a run that waits there can be superseded`
  return olderWords(version, plan.release.version)
}

/** Why `version` cannot take the place of `waiting`; null: it comes after it. */
export function olderWords(version: string, waiting: string): string | null {
  const newer = isNewer(version, waiting)
  if (newer) return null
  const order = newer === null ? 'nobody can tell which of the two is newer' : `it is not newer than ${waiting}`
  return `${version} cannot take the place of ${waiting}: ${order}`
}

function decisionRefusal(message: Extract<Message, { name: 'decide' }>, waiting: Waiting | null): string | null {
  if (!waiting) return 'nothing waits for a decision'
  if (waiting.question !== message.question) return `the question is ${waiting.question}, not ${message.question}`
  if (!waiting.answers.includes(message.answer)) {
    return `${waiting.question} can be answered with ${waiting.answers.join(', ')}; got ${message.answer}`
  }
  return null
}
