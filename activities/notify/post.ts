import { exchange, readUpTo } from '../network/exchange.ts'
import { httpAddress } from '../network/http-address.ts'

export type Reply = {
  status: number
  /** As it came; null: none. */
  retryAfter: string | null
  /** The beginning of what it said, for a refusal only. */
  body: string
}

/** One POST of JSON. Reads little of the answer. */
export async function post(order: {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  timeoutMs: number
}): Promise<Reply> {
  const asked = {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8', ...order.headers },
    body: order.body,
    signal: AbortSignal.timeout(order.timeoutMs),
  } as const
  return await exchange(httpAddress(order.url), asked, async (response) => {
    const { statusCode: status, headers } = response
    const retryAfter = headers['retry-after']
    response.body.on('error', () => undefined)
    // A receiver that took it has nothing more to say; whether its answer ever ends is its own affair.
    const taken = status >= 200 && status < 300
    const body = taken ? '' : (await readUpTo(untilItBreaks(response.body), limitBytes)).body
    return { status, retryAfter: typeof retryAfter === 'string' ? retryAfter : null, body }
  })
}

/** The status is what counts: an answer that breaks off is cut there. */
async function* untilItBreaks(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch {
    // Nothing more came.
  }
}

const limitBytes = 2_048
