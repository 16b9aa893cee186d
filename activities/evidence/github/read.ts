import { Agent, request } from 'undici'
import type { HttpAddress } from '../../checks/get.ts'

export type Reply = {
  status: number
  contentType: string
  /** Seconds until it may be asked again, as far as it says. */
  retryAfterS: number | null
  /** The reply is about asking too often, whatever its status. */
  limited: boolean
  body: string
}

/** One GET. Follows no redirect: the token must not travel on. Throws when there is no whole reply. */
export async function read({ url, authorization }: HttpAddress, signal: AbortSignal): Promise<Reply> {
  const agent = new Agent({ pipelining: 0, maxOrigins: 1 })
  try {
    const {
      statusCode: status,
      headers,
      body,
    } = await request(url, {
      dispatcher: agent,
      signal,
      headers: {
        accept: 'application/vnd.github+json',
        'accept-encoding': 'identity',
        'user-agent': 'belay',
        'x-github-api-version': '2022-11-28',
        ...(authorization === null ? {} : { authorization }),
      },
    })
    const retryAfterS = secondsOf(headers['retry-after'], headers['x-ratelimit-reset'])
    const limited = status === 429 || (status === 403 && isLimited(headers))
    return { status, contentType: String(headers['content-type'] ?? ''), retryAfterS, limited, body: await whole(body) }
  } finally {
    await agent.destroy()
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>

function isLimited(headers: Headers): boolean {
  return headers['retry-after'] !== undefined || headers['x-ratelimit-remaining'] === '0'
}

function secondsOf(retryAfter: Headers[string], reset: Headers[string]): number | null {
  const seconds = Number(retryAfter)
  if (typeof retryAfter === 'string' && Number.isFinite(seconds)) return Math.max(0, seconds)
  const untilS = Number(reset) - Date.now() / 1000
  return typeof reset === 'string' && Number.isFinite(untilS) ? Math.max(0, Math.ceil(untilS)) : null
}

async function whole(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    length += chunk.length
    if (length > limitBytes) throw new Error(`a reply of more than ${limitBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** A page of a hundred pull requests, the largest that is read, is about two million bytes. */
const limitBytes = 8 * 1024 * 1024
