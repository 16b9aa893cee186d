import { Agent, type Dispatcher, request } from 'undici'
import type { HttpAddress } from './http-address.ts'

export type HttpRequest = {
  method?: 'GET' | 'POST'
  headers: Readonly<Record<string, string>>
  body?: string
  /** The deadline for all of it, a body that drips in too. */
  signal: AbortSignal
}

/**
 * One request over a connection of its own: a service must still take new ones, and none is left open. Follows no
 * redirect (what authorizes must not travel on) and asks for no compression (so that a limit in bytes is one). `read`
 * takes of the answer what counts; when it is done, the rest is thrown away.
 */
export async function exchange<Reply>(
  { url, authorization }: HttpAddress,
  { headers, ...asked }: HttpRequest,
  read: (response: Dispatcher.ResponseData) => Promise<Reply>,
): Promise<Reply> {
  const agent = new Agent({ pipelining: 0, maxOrigins: 1 })
  const always = {
    'accept-encoding': 'identity',
    'user-agent': 'belay',
    ...(authorization === null ? {} : { authorization }),
  }
  try {
    return await read(await request(url, { dispatcher: agent, ...asked, headers: { ...always, ...headers } }))
  } finally {
    await agent.destroy()
  }
}

/** `cut`: it went on after `limitBytes`; the rest was not read. Throws when it breaks off before. */
export async function readUpTo(
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

export function contentTypeOf({ headers }: Dispatcher.ResponseData): string {
  return String(headers['content-type'] ?? '')
}
