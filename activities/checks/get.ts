import { Agent, request } from 'undici'

export type Reply = {
  status: number
  contentType: string
  body: string
  /** The body went on after `limitBytes`; the rest was not read. */
  cut: boolean
  tookMs: number
}

export type HttpAddress = { url: URL; authorization: string | null }

/**
 * One GET over a connection of its own: the service must still take new ones. Follows no redirect, asks for no
 * compression, reads at most `limitBytes`. `signal` is the deadline for all of it, a body that drips in too.
 */
export async function get(
  { url, authorization }: HttpAddress,
  options: { signal: AbortSignal; limitBytes: number; accept?: string },
): Promise<Reply> {
  const agent = new Agent({ pipelining: 0, maxOrigins: 1 })
  const began = performance.now()
  try {
    const response = await request(url, {
      dispatcher: agent,
      signal: options.signal,
      headers: {
        accept: options.accept ?? 'application/json, */*;q=0.5',
        'accept-encoding': 'identity',
        'user-agent': 'belay',
        ...(authorization === null ? {} : { authorization }),
      },
    })
    const { body, cut } = await readUpTo(response.body, options.limitBytes)
    const contentType = String(response.headers['content-type'] ?? '')
    return { status: response.statusCode, contentType, body, cut, tookMs: performance.now() - began }
  } finally {
    await agent.destroy()
  }
}

/**
 * A user or token in the address becomes a header, as a browser would do; it must not stand in a request line or log.
 * Throws `TypeError` for what is not http.
 */
export function httpAddress(address: string): HttpAddress {
  if (!URL.canParse(address)) throw new TypeError('expected an http or https address, got something else')
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new TypeError(`expected an http or https address, got ${url.protocol}`)
  }
  if (url.username === '' && url.password === '') return { url, authorization: null }
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
  url.username = ''
  url.password = ''
  return { url, authorization: `Basic ${Buffer.from(pair).toString('base64')}` }
}

async function readUpTo(
  stream: AsyncIterable<Uint8Array>,
  limitBytes: number,
): Promise<{ body: string; cut: boolean }> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream) {
    chunks.push(chunk)
    length += chunk.length
    if (length > limitBytes) break
  }
  const body = Buffer.concat(chunks).subarray(0, limitBytes)
  return { body: body.toString('utf8'), cut: length > limitBytes }
}
