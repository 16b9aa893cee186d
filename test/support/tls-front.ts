import { connect, createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { onTestFinished } from 'vitest'
import type { Authority, Certificate } from './certificates.ts'

/** A TLS listener on loopback before a server that speaks without: bytes pass through. Answers with its address. */
export function tlsBefore(address: string, tls: Certificate & { clientsOf?: Authority }): Promise<string> {
  const { cert, key, clientsOf } = tls
  const identity = clientsOf ? { ca: clientsOf.cert, requestCert: true, rejectUnauthorized: true } : {}
  const [host, port] = address.split(':')
  return listening(
    createTlsServer({ cert, key, ALPNProtocols: ['h2'], ...identity }, (socket) => {
      const behind = connect({ host, port: Number(port) })
      for (const one of [socket, behind]) one.on('error', () => undefined)
      socket.pipe(behind).pipe(socket)
      socket.on('close', () => behind.destroy())
      behind.on('close', () => socket.destroy())
    }),
  )
}

/** Takes connections and never says a word. */
export function silence(): Promise<string> {
  return listening(createServer())
}

/** On a free port of loopback; closed, with all connections, when the test has finished. */
async function listening(server: Server): Promise<string> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.on('error', () => undefined).on('close', () => open.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('expected a TCP address')
  return `127.0.0.1:${address.port}`
}
