import { Agent, request } from 'undici'
import { httpAddress } from '../checks/get.ts'

export type Reply = {
  status: number
  /** As it came; null: none. */
  retryAfter: string | null
  /** The beginning of what it said, for a refusal only. */
  body: string
}

/** One POST of JSON over a connection of its own. Follows no redirect and reads little of the answer. */
export async function post(order: {
  url: string
  headers: Readonly<Record<string, string>>
  body: string
  timeoutMs: number
}): Promise<Reply> {
  const { url, authorization } = httpAddress(order.url)
  const agent = new Agent({ pipelining: 0, maxOrigins: 1 })
  try {
    const response = await request(url, {
      method: 'POST',
      dispatcher: agent,
      signal: AbortSignal.timeout(order.timeoutMs),
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'belay',
        'accept-encoding': 'identity',
        ...(authorization === null ? {} : { authorization }),
        ...order.headers,
      },
      body: order.body,
    })
    const { statusCode: status, headers } = response
    const retryAfter = headers['retry-after']
    response.body.on('error', () => undefined)
    // A receiver that took it has nothing more to say; whether its answer ever ends is its own affair.
    const body = status >= 200 && status < 300 ? '' : await beginningOf(response.body)
    return { status, retryAfter: typeof retryAfter === 'string' ? retryAfter : null, body }
  } finally {
    await agent.destroy()
  }
}

/** The status is what counts: an answer that breaks off is cut there. */
async function beginningOf(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for await (const chunk of stream) {
      chunks.push(chunk)
      length += chunk.length
      if (length > limitBytes) break
    }
  } catch {
    // Nothing more came.
  }
  return Buffer.concat(chunks).subarray(0, limitBytes).toString('utf8')
}

const limitBytes = 2_048
