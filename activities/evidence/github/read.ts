import { contentTypeOf, exchange, readUpTo } from '../../network/exchange.ts'
import type { HttpAddress } from '../../network/http-address.ts'

export type Reply = {
  status: number
  contentType: string
  /** Seconds until it may be asked again, as far as it says. */
  retryAfterS: number | null
  /** The reply is about asking too often, whatever its status. */
  limited: boolean
  body: string
}

/** One GET. Throws when there is no whole reply: half of one would be half of the evidence. */
export async function read(address: HttpAddress, signal: AbortSignal): Promise<Reply> {
  const headers = { accept: 'application/vnd.github+json', 'x-github-api-version': '2022-11-28' }
  return await exchange(address, { headers, signal }, async (response) => {
    const { statusCode: status, headers } = response
    const { body, cut } = await readUpTo(response.body, limitBytes)
    if (cut) throw new Error(`a reply of more than ${limitBytes} bytes`)
    const retryAfterS = secondsOf(headers['retry-after'], headers['x-ratelimit-reset'])
    const limited = status === 429 || (status === 403 && isLimited(headers))
    return { status, contentType: contentTypeOf(response), retryAfterS, limited, body }
  })
}

/** A page of a hundred pull requests, the largest that is read, is about two million bytes. */
const limitBytes = 8 * 1024 * 1024

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
