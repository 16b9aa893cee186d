import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http'
import { onTestFinished } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { ownPort } from '../support/own-port.ts'

export type Delivery = { headers: IncomingHttpHeaders; path: string; text: string }

/** What a receiver does with one post; `count` from 1. */
export type Behaviour = (response: ServerResponse, request: IncomingMessage, count: number) => void

export type Receiver = {
  url: string
  /** Everything that arrived, the refused too, in order. */
  deliveries: Delivery[]
  /** Of the deliveries that were taken: each key once, in order. */
  keys(): string[]
  taken(key: RegExp, withinMs?: number): Promise<Delivery>
  behave(as: Behaviour): void
  stop(): Promise<void>
  /** Again, at the same address. */
  start(): Promise<void>
}

const take: Behaviour = (response) => void response.writeHead(200).end('ok')

/** A real receiver of webhooks on this machine; ends with the test. `path` stands for the secret part of an address. */
export async function openReceiver(path = '/hook', as: Behaviour = take): Promise<Receiver> {
  const port = await ownPort()
  const deliveries: Delivery[] = []
  const accepted: Delivery[] = []
  const now = { as, server: undefined as Server | undefined }
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const text = Buffer.concat(chunks).toString('utf8')
    const delivery = { headers: request.headers, path: request.url ?? '', text }
    deliveries.push(delivery)
    now.as(response, request, deliveries.length)
    if (response.statusCode < 300 && response.writableEnded) accepted.push(delivery)
  }
  const start = async () => {
    const server = createServer((request, response) => void answer(request, response).catch(() => request.destroy()))
    now.server = server
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  }
  const stop = async () => {
    const { server } = now
    now.server = undefined
    if (!server) return
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  onTestFinished(stop)
  await start()
  const keyOf = ({ headers }: Delivery) => String(headers['idempotency-key'])
  return {
    url: `http://127.0.0.1:${port}${path}`,
    deliveries,
    keys: () => [...new Set(accepted.map(keyOf))],
    taken: (key, withinMs = 30_000) =>
      eventually(`a notice like ${key}`, () => accepted.find((one) => key.test(keyOf(one))), withinMs),
    behave: (next) => {
      now.as = next
    },
    stop,
    start,
  }
}
