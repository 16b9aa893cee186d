import { setTimeout as pause } from 'node:timers/promises'
import { type EnvironmentVariables, MissingReference, redact, resolveReferences } from '../../src/domain/reference.ts'
import { errorWords } from '../network/error-words.ts'
import { get, type Reply } from '../network/get.ts'
import { httpAddress } from '../network/http-address.ts'
import { secretsOf } from '../notify/secrets.ts'
import { valueAt } from '../switch/ask-service.ts'
import type { AskedSource, OnCallAnswer } from './activities.ts'

type Address = Extract<AskedSource, { from: 'http' }>
/** Asks the address; once more where it does not answer or is in trouble. What it resolves to is in no answer. */
export async function askAddress(source: Address, environment: EnvironmentVariables): Promise<OnCallAnswer> {
  const secrets = secretsOf({ url: source.url, secret: null, format: 'json', on: [] }, environment)
  const told = (answer: OnCallAnswer): OnCallAnswer =>
    answer.found ? answer : { found: false, why: `${source.url}: ${redact(answer.why, secrets)}` }
  for (let tries = 1; ; tries++) {
    const answer = await askOnce(source, environment)
    if (!('again' in answer)) return told(answer)
    if (tries === mostTries) return told({ found: false, why: answer.again })
    await pause(pauseMs)
  }
}

const mostTries = 2
const pauseMs = 500
/** A person waits for the answer of the gate; an endpoint for machines needs a second. */
const oneAnswerMs = 3_000
const limitBytes = 64 * 1024

async function askOnce(
  { url, json }: Address,
  environment: EnvironmentVariables,
): Promise<OnCallAnswer | { again: string }> {
  let reply: Reply
  try {
    const address = httpAddress(resolveReferences(url, environment))
    reply = await get(address, { signal: AbortSignal.timeout(oneAnswerMs), limitBytes })
  } catch (error) {
    if (error instanceof MissingReference) return { found: false, why: error.message }
    if (error instanceof TypeError) return { found: false, why: error.message }
    const late = error instanceof Error && error.name === 'TimeoutError'
    if (late) return { found: false, why: `no answer within ${oneAnswerMs / 1000} s` }
    return { again: errorWords(error) }
  }
  if (reply.status >= 500 || reply.status === 429) return { again: `expected status 200, got ${reply.status}` }
  if (reply.status < 200 || reply.status > 299) return { found: false, why: statusWords(reply.status) }
  if (reply.cut) return { found: false, why: `expected a short answer, got more than ${limitBytes / 1024} KB` }
  return nameIn(reply.body, json)
}

function statusWords(status: number): string {
  const refused = status === 401 || status === 403 ? ' (the token in the address or its user may not ask)' : ''
  return `expected status 200, got ${status}${refused}`
}

function nameIn(body: string, path: string): OnCallAnswer {
  let parsed: unknown
  try {
    parsed = JSON.parse(body)
  } catch {
    return { found: false, why: 'expected JSON, got something else' }
  }
  const value = valueAt(parsed, path)
  if (typeof value !== 'string') return { found: false, why: `expected a name at ${path}, got ${kindOf(value)}` }
  const name = value.replace(/\s+/g, ' ').trim()
  if (name === '') return { found: false, why: `expected a name at ${path}, got an empty text: nobody is on call` }
  if (name.length > longestName)
    return { found: false, why: `expected a name at ${path}, got ${name.length} characters` }
  return { found: true, name, others: [] }
}

const longestName = 200

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing there'
  if (value === null) return 'null: nobody is on call'
  return Array.isArray(value) ? 'a list' : typeof value === 'object' ? 'an object' : `a ${typeof value}`
}
