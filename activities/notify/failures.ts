import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import { MissingReference } from '../../src/domain/reference.ts'
import { errorWords } from '../network/error-words.ts'
import { plainTail } from '../step/plain-text.ts'
import type { Reply } from './post.ts'

/** Which webhook, and what no message may repeat. */
type About = { name: string; secrets: readonly string[] }

/** A receiver that says no this often means it: a proxy in front of one that restarts may say it for some seconds. */
export const fewTries = 4

/** What an answer means: null where the notice was taken. */
export function refusalOf(reply: Reply, about: About & { attempt: number; now: Date }): ApplicationFailure | null {
  const { status } = reply
  if (status >= 200 && status < 300) return null
  const final = isFinal(status)
  const said = clean(reply.body, about.secrets, 120)
  const message = `${about.name}: expected a 2xx answer, got ${status}${said === '' ? '' : ` "${said}"`}${meaningOf(status)}`
  const delayMs = final ? null : retryAfterMs(reply.retryAfter, about.now)
  return ApplicationFailure.create({
    type: failureTypes.notDelivered,
    message,
    nonRetryable: final && about.attempt >= fewTries,
    ...(delayMs === null ? {} : { nextRetryDelay: delayMs }),
  })
}

/** No answer at all. A variable that is missing is there after the worker's next start, so it is tried again too. */
export function failureOf(error: unknown, about: About & { timeoutMs: number }): ApplicationFailure {
  const message = `${about.name}: expected a 2xx answer, got ${clean(wordsOf(error, about.timeoutMs), about.secrets, 200)}`
  return ApplicationFailure.create({ type: failureTypes.notDelivered, nonRetryable: false, message })
}

/** `Retry-After: 120` or a date, at least a second, at most a quarter of an hour: people wait for this. */
export function retryAfterMs(header: string | null, now: Date): number | null {
  if (header === null) return null
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now.getTime()
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 1_000), 15 * 60_000)
}

/** Too early, too many, too slow: those may be over in a moment, and so may be what is the receiver's own trouble. */
function isFinal(status: number): boolean {
  return status < 500 && ![408, 425, 429].includes(status)
}

function meaningOf(status: number): string {
  if (status >= 300 && status < 400) return '; redirects are not followed: give the address it leads to'
  switch (status) {
    case 400:
      return '; it does not take this format: compare notify.webhook.format with what the receiver expects'
    case 401:
    case 403:
      return '; it refuses the sender: correct the address or the secret'
    case 404:
    case 410:
      return '; there is no such webhook (any more): make a new one and correct the address'
    default:
      return ''
  }
}

function wordsOf(error: unknown, timeoutMs: number): string {
  if (error instanceof MissingReference) return `none: ${error.message}; next: set it for the worker`
  if (error instanceof DOMException && error.name === 'TimeoutError') return `none within ${timeoutMs} ms`
  return errorWords(error)
}

/** One short line of foreign text. */
function clean(text: string, secrets: readonly string[], length: number): string {
  return plainTail(Buffer.from(text), 4_096, secrets).replace(/\s+/g, ' ').trim().slice(0, length)
}
