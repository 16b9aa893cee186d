import { contentTypeOf, exchange, readUpTo } from './exchange.ts'
import type { HttpAddress } from './http-address.ts'

export type Reply = {
  status: number
  contentType: string
  body: string
  /** The body went on after `limitBytes`; the rest was not read. */
  cut: boolean
  tookMs: number
}

/** One GET that reads at most `limitBytes`. `signal` is the deadline for all of it. */
export async function get(
  address: HttpAddress,
  {
    signal,
    limitBytes,
    accept = 'application/json, */*;q=0.5',
  }: { signal: AbortSignal; limitBytes: number; accept?: string },
): Promise<Reply> {
  const began = performance.now()
  return await exchange(address, { headers: { accept }, signal }, async (response) => {
    const read = await readUpTo(response.body, limitBytes)
    const tookMs = performance.now() - began
    return { status: response.statusCode, contentType: contentTypeOf(response), ...read, tookMs }
  })
}
