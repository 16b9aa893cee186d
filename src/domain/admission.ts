import { type ItemRecord, isGateItem } from './checklist.ts'
import { signerRefusal } from './gate/approvals.ts'
import type { ReleaseChanges } from './gate/changes.ts'
import { type OwnWork, ownReviewProblem } from './gate/own-review.ts'
import { reviewedHash, subjectOf } from './gate/reviewed.ts'
import { isSamePerson } from './gate/same-person.ts'
import { claimed } from './item-words.ts'
import type { Message } from './message.ts'
import { isNewer } from './newer.ts'
import type { Phase, StartedAs } from './outcome.ts'
import type { Plan } from './plan.ts'
import type { Waiting } from './status.ts'

/** What a run must know of itself to tell whether a message may be taken. */
export type Admitting = {
  deployment: string
  startedAs: StartedAs
  planDigest: string
  plan: Pick<Plan, 'gate' | 'performer' | 'ignoredSafeties' | 'release'>
  phase: Phase
  live: boolean
  items: readonly ItemRecord[]
  waitingFor: Waiting | null
  /** Whose signature under the review does not count; null or absent: everybody's does. */
  ownWork?: OwnWork | null
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
  if (item.how === 'evidence' && item.state === 'running') return `${item.item} is still running: ${item.detail}`
  if (item.how !== 'sign_off' && item.how !== 'claim') return `${item.item} is answered by ${item.how}, not by a person`
  if (item.state !== 'open')
    return `${item.item} is already ${item.state}${item.by ? ` by ${item.claimed ? claimed(item.by) : item.by}` : ''}`
  const early = !isGateItem(item.item) && !run.live
  if (early) return `${item.item} can be answered when the release is live (phase: ${run.phase})`
  if (message.name === 'signOff' && message.plan !== undefined && message.plan !== run.planDigest) {
    return `the sign-off is for plan ${message.plan.slice(0, 12)}, this run follows ${run.planDigest.slice(0, 12)}`
  }
  if (message.name !== 'signOff') return null
  const own = item.item === 'pre.code_reviewed' && run.ownWork ? ownReviewProblem(message.by, run.ownWork) : null
  return own ?? signerRefusal(run.plan, item, message.by) ?? differenceRefusal(message, run)
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
  if (waiting.people && !waiting.people.some((one) => isSamePerson(one, message.by))) {
    return `${waiting.question} is answered by ${waiting.people.join(' or ')}, not by ${message.by}`
  }
  return null
}
