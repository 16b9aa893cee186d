import http2 from 'node:http2'
import { onTestFinished } from 'vitest'
import type { Certificate } from './certificates.ts'

export type GrpcFront = {
  address: string
  /** The `authorization` of every call so far. */
  authorizations: readonly (string | undefined)[]
}

/**
 * A TLS server before one that speaks without, as Temporal Cloud is: reads what each call carries, and refuses with the
 * gRPC code that `refuse` answers for its path.
 */
export async function grpcBefore(
  address: string,
  { cert, key }: Certificate,
  refuse: (path: string) => number | null = () => null,
): Promise<GrpcFront> {
  const behind = http2.connect(`http://${address}`).on('error', () => undefined)
  const server = http2.createSecureServer({ cert, key })
  const sessions = new Set<http2.ServerHttp2Session>()
  const authorizations: (string | undefined)[] = []
  server.on('session', (session) => void sessions.add(session.on('error', () => undefined)))
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    authorizations.push(headers.authorization)
    const code = refuse(headers[':path'] ?? '')
    if (code === null) passOn(stream, headers, behind)
    else
      stream.respond({ ...answer, 'grpc-status': code, 'grpc-message': 'Request unauthorized.' }, { endStream: true })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const session of sessions) session.destroy()
    behind.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new TypeError('expected a TCP address')
  return { address: `127.0.0.1:${bound.port}`, authorizations }
}

const answer = { ':status': 200, 'content-type': 'application/grpc' }

function passOn(
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  behind: http2.ClientHttp2Session,
): void {
  const onward = behind.request({ ...headers, ':scheme': 'http' }).on('error', () => stream.close())
  stream.pipe(onward)
  stream.on('close', () => onward.close())
  let trailers: http2.IncomingHttpHeaders = {}
  onward.on('trailers', (came) => {
    trailers = came
  })
  onward.on('response', (response, flags) => {
    const ends = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0
    if (stream.destroyed) return
    stream.respond(response, ends ? { endStream: true } : { waitForTrailers: true })
    if (ends) return
    stream.on('wantTrailers', () => stream.sendTrailers(trailers))
    onward.pipe(stream)
  })
}
