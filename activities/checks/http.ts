import type { JsonValue, Probe } from '../../src/domain/check.ts'
import { errorWords } from '../network/error-words.ts'
import { get, type Reply } from '../network/get.ts'
import { httpAddress } from '../network/http-address.ts'
import { expectationOf } from './expectation.ts'
import { firstDifference } from './json-subset.ts'
import type { Answer, Probing } from './probing.ts'

type HttpProbe = Extract<Probe, { kind: 'http' }>

/**
 * Gets the address and compares status, JSON (as a subset) and latency. A redirect is an answer like any other, not
 * followed; a reply over 64 KB is not from a health endpoint. A service that cannot be reached failed.
 */
export async function probeHttp(probe: HttpProbe, probing: Probing): Promise<Answer> {
  const expected = expectationOf(probe)
  const address = httpAddress(probing.resolve(probe.url))
  let reply: Reply
  try {
    reply = await get(address, { signal: probing.signal, limitBytes })
  } catch (error) {
    probing.signal.throwIfAborted()
    return { verdict: 'failed', nothing: 'away', expected, got: errorWords(error) }
  }
  const wrong = wrongIn(probe, reply)
  return wrong === null
    ? { verdict: 'passed', expected, got: `status ${reply.status} in ${Math.round(reply.tookMs)} ms` }
    : { verdict: 'failed', expected, got: wrong, evidence: [reply.body] }
}

const limitBytes = 64 * 1024

function wrongIn(probe: HttpProbe, reply: Reply): string | null {
  if (reply.status !== probe.status) return `status ${reply.status}`
  if (reply.cut) return 'a reply of more than 64 KB (probe an address that answers shortly)'
  if (probe.json !== null) {
    const difference = jsonDifference(probe.json, reply.body)
    if (difference !== null) return difference
  }
  if (probe.maxLatencyMs !== null && reply.tookMs > probe.maxLatencyMs) {
    return `an answer after ${Math.round(reply.tookMs)} ms`
  }
  return null
}

function jsonDifference(expected: JsonValue, body: string): string | null {
  try {
    return firstDifference(expected, JSON.parse(body))
  } catch {
    return 'a reply that is not JSON'
  }
}
