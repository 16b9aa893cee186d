import { type Reason, reasonLine, type Unanswered } from '../reason.ts'
import type { Finding } from './finding.ts'

/**
 * Why the gate refuses: everything that does not hold, each once. A lock is in the history and on every host, and is
 * still one; alone, what has a reason of its own kind keeps it.
 */
export function refusalOf(failed: readonly Finding[]): Reason {
  const different = failed.filter((one, index) => failed.findIndex((other) => sameReason(one, other)) === index)
  const [only] = different
  if (only?.reason && different.every(({ reason }) => reason !== null && holder(reason) === holder(only.reason))) {
    return only.reason
  }
  return { kind: 'gate', items: different.map(unanswered) }
}

function sameReason(one: Finding, other: Finding): boolean {
  if (one.reason === null || other.reason === null) return one === other
  return reasonLine(one.reason) === reasonLine(other.reason)
}

/** What is left unfinished holds each host by itself, and is one thing to mend. */
function holder(reason: Reason | null): string {
  return reason?.kind === 'locked' ? `locked ${reason.lock.by} ${reason.lock.since}` : (reason?.kind ?? '')
}

function unanswered({ rule, why, next, allowedAt }: Finding): Unanswered {
  return { item: rule, why, ...(next !== null && { next }), ...(allowedAt !== null && { allowedAt }) }
}
