import type { Proof } from './identity/proof.ts'
import { isRecord } from './is-record.ts'
import { oneLine } from './one-line.ts'

/**
 * What a person can say to a run: as a signal (from the Temporal UI or `temporal workflow signal`) or as an Update
 * (the command line uses those, because they can say no). Same names, same shape. `deployment` is required in each.
 */
export type Message = (
  | {
      name: 'signOff'
      deployment: string
      item: string
      by: string
      note?: string
      link?: string
      plan?: string
      changes?: string
    }
  | { name: 'reject'; deployment: string; item: string; by: string; reason: string }
  | { name: 'abort'; deployment: string; by: string; reason: string }
  | { name: 'rollback'; deployment: string; by: string; reason: string }
  | { name: 'extendWindow'; deployment: string; by: string; reason: string; byMs: number }
  | { name: 'decide'; deployment: string; question: string; answer: DecisionAnswer; by: string; reason: string }
  /** A newer release takes the place of one that waits at the gate. */
  | { name: 'supersede'; deployment: string; by: string; version: string }
) & { proof?: Proof }

/** What an Update answers with: what was recorded, by whom. */
export type Receipt = { recorded: string }

export type MessageName = Message['name']
export type DecisionAnswer = (typeof decisionAnswers)[number]

export const decisionAnswers = ['retry', 'skip', 'keep', 'revert', 'give_up', 'acknowledge'] as const

/** What each message is for and an input that can be copied; shown in the Temporal UI's dialogs. */
export const messageDescriptions: Readonly<Record<MessageName, string>> = {
  signOff:
    'Sign one item as checked by you. Input: {"deployment":"ID","item":"manual.payment_processing","by":"you@example.com","note":"optional"}',
  reject:
    'Refuse one item: the release is rolled back at once. Input: {"deployment":"ID","item":"manual.payment_processing","by":"you@example.com","reason":"why"}',
  abort:
    'End the deployment: before the first change nothing happens, after it everything comes back. Input: {"deployment":"ID","by":"you@example.com","reason":"why"}',
  rollback: 'Bring the previous release back now. Input: {"deployment":"ID","by":"you@example.com","reason":"why"}',
  extendWindow: 'Watch longer. Input: {"deployment":"ID","by":"you@example.com","reason":"why","byMs":300000}',
  decide:
    'Answer the question the run waits for. Input: {"deployment":"ID","question":"ID","answer":"retry|skip|keep|revert|give_up|acknowledge","by":"you@example.com","reason":"why"}',
  supersede:
    'End a run that waits at its gate, because a newer release comes. Input: {"deployment":"ID","by":"you@example.com","version":"1.4.0"}',
}

export const messageNames = ['signOff', 'reject', 'abort', 'rollback', 'extendWindow', 'decide', 'supersede'] as const

export type ParsedMessage = { ok: true; message: Message } | { ok: false; problem: string }

/** Reads foreign input. Never throws: a signal that throws would leave the workflow task retrying for ever. */
export function parseMessage(name: MessageName, input: unknown): ParsedMessage {
  if (!isRecord(input)) return refuse(`${name}: expected one JSON object, got ${describe(input)}`)
  const problem = requiredFields[name]
    .map((field) => problemWith(name, field, input[field]))
    .find((found) => found !== null)
  if (problem) return refuse(problem)
  const text = (field: string): string => String(input[field])
  const optional = (field: string): string | undefined => {
    const value = input[field]
    return typeof value === 'string' && value !== '' ? value.slice(0, 2000) : undefined
  }
  const proof = proofIn(input.proof)
  if (proof === 'unreadable') return refuse(`${name}: expected a proof like {"signature":"...","at":"RFC 3339"}`)
  const base = { deployment: text('deployment'), by: text('by'), ...(proof && { proof }) }
  switch (name) {
    case 'signOff': {
      const [note, link, plan, changes] = [optional('note'), optional('link'), optional('plan'), optional('changes')]
      return accept({
        name,
        ...base,
        item: text('item'),
        ...(note === undefined ? {} : { note }),
        ...(link === undefined ? {} : { link }),
        ...(plan === undefined ? {} : { plan }),
        ...(changes === undefined ? {} : { changes }),
      })
    }
    case 'reject':
      return accept({ name, ...base, item: text('item'), reason: text('reason') })
    case 'abort':
      return accept({ name, ...base, reason: text('reason') })
    case 'rollback':
      return accept({ name, ...base, reason: text('reason') })
    case 'extendWindow':
      return accept({ name, ...base, reason: text('reason'), byMs: Number(input.byMs) })
    case 'decide': {
      const answer = decisionAnswers.find((known) => known === input.answer)
      if (!answer)
        return refuse(`decide: expected answer ${decisionAnswers.join(' | ')}, got ${describe(input.answer)}`)
      return accept({ name, ...base, question: text('question'), answer, reason: text('reason') })
    }
    case 'supersede':
      return accept({ name, ...base, version: text('version') })
  }
}

/**
 * The message as it is admitted and recorded: its words on one line, the name as long as names are. A signature is over
 * the message as it came, so it is verified before.
 */
export function onOneLine(message: Message): ParsedMessage {
  const words = Object.entries(message).map(([field, value]) => [field, isText(value) ? oneLine(value) : value])
  return parseMessage(message.name, { ...Object.fromEntries(words), by: oneLine(message.by).slice(0, longestName) })
}

export const longestName = 200

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

const requiredFields: Readonly<Record<MessageName, readonly string[]>> = {
  signOff: ['deployment', 'item', 'by'],
  reject: ['deployment', 'item', 'by', 'reason'],
  abort: ['deployment', 'by', 'reason'],
  rollback: ['deployment', 'by', 'reason'],
  extendWindow: ['deployment', 'by', 'reason', 'byMs'],
  decide: ['deployment', 'question', 'answer', 'by', 'reason'],
  supersede: ['deployment', 'by', 'version'],
}

/** One day: nobody means to watch longer in one step. */
const longestExtensionMs = 24 * 60 * 60 * 1000

function problemWith(name: MessageName, field: string, value: unknown): string | null {
  if (field === 'byMs') {
    const good = typeof value === 'number' && Number.isInteger(value) && value > 0 && value <= longestExtensionMs
    return good
      ? null
      : `${name}: expected byMs between 1 and ${longestExtensionMs} milliseconds, got ${describe(value)}`
  }
  if (typeof value !== 'string' || value.trim() === '') {
    return `${name}: expected a text in "${field}", got ${describe(value)}`
  }
  if (value.length > 2000) return `${name}: expected at most 2000 characters in "${field}", got ${value.length}`
  return null
}

/** An armored signature is under a kilobyte for the usual keys; four fit the largest RSA key there is. */
const longestSignature = 4_000

function proofIn(value: unknown): Proof | null | 'unreadable' {
  if (value === undefined || value === null) return null
  if (!isRecord(value)) return 'unreadable'
  const { signature, at } = value
  if (typeof signature !== 'string' || typeof at !== 'string') return 'unreadable'
  return signature.length <= longestSignature && at.length <= 40 ? { signature, at } : 'unreadable'
}

function describe(value: unknown): string {
  if (value === undefined) return 'nothing'
  const text = JSON.stringify(value) ?? typeof value
  return text.length > 60 ? `${text.slice(0, 60)}…` : text
}

function accept(message: Message): ParsedMessage {
  return { ok: true, message }
}

function refuse(problem: string): ParsedMessage {
  return { ok: false, problem }
}
