import { setTimeout as pause } from 'node:timers/promises'
import { shown } from '../../src/domain/version.ts'
import { get } from '../network/get.ts'
import { httpAddress } from '../network/http-address.ts'
import { pulse } from '../step/pulse.ts'

/**
 * What the running service says of itself at a JSON path (`$.build.hash`, `$.hosts[0].version`). Asked again for a few
 * seconds while it does not say what is expected: it may just have been started. `detail` is one line.
 */
export async function askService(
  asked: { http: string; json: string },
  expected: readonly string[],
): Promise<{ said: boolean; detail: string }> {
  const address = httpAddress(asked.http)
  let got = 'nothing'
  for (const giveUpAt = performance.now() + patienceMs; ; await pause(200)) {
    pulse()
    got = await answerOf(address, asked.json)
    const where = `${address.url.href} ${asked.json}`
    if (expected.includes(got)) return { said: true, detail: `${where} says ${got}` }
    if (performance.now() > giveUpAt) {
      return { said: false, detail: `${where}: expected ${expected.join(' or ')}, got ${shown(got)}` }
    }
  }
}

const patienceMs = 5_000
const oneAnswerMs = 4_000
const limitBytes = 64 * 1024

async function answerOf(address: ReturnType<typeof httpAddress>, path: string): Promise<string> {
  try {
    const { status, body, cut } = await get(address, { signal: AbortSignal.timeout(oneAnswerMs), limitBytes })
    if (status < 200 || status > 299) return `status ${status}`
    if (cut) return 'a reply of more than 64 KB'
    const value = valueAt(JSON.parse(body), path)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : 'no such value in the reply'
  } catch (error) {
    if (error instanceof SyntaxError) return 'a reply that is not JSON'
    return error instanceof Error ? error.message || error.name : String(error)
  }
}

/** undefined: the path leads nowhere. */
export function valueAt(value: unknown, path: string): unknown {
  const steps = [...path.matchAll(/\.([A-Za-z_][A-Za-z0-9_-]*)|\[(\d+)\]/g)].map((match) => match[1] ?? match[2] ?? '')
  return steps.reduce<unknown>((inner, step) => {
    if (typeof inner !== 'object' || inner === null) return undefined
    return Object.entries(inner).find(([name]) => name === step)?.[1]
  }, value)
}
