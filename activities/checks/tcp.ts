import { once } from 'node:events'
import { connect } from 'node:net'
import type { Probe } from '../../src/domain/check.ts'
import { errorWords } from '../network/error-words.ts'
import { expectationOf } from './expectation.ts'
import type { Answer, Probing } from './probing.ts'

/** Connects and hangs up. */
export async function probeTcp(probe: Extract<Probe, { kind: 'tcp' }>, probing: Probing): Promise<Answer> {
  const expected = expectationOf(probe)
  const socket = connect({ host: probe.host, port: probe.port })
  try {
    await once(socket, 'connect', { signal: probing.signal })
    return { verdict: 'passed', expected, got: 'connected' }
  } catch (error) {
    probing.signal.throwIfAborted()
    return { verdict: 'failed', nothing: 'away', expected, got: errorWords(error) }
  } finally {
    socket.on('error', () => undefined).destroy()
  }
}
