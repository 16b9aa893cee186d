import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { temporalServer } from '../../src/dev/temporal-server.ts'

export type OwnTemporal = {
  address: string
  /** Beside `default`; each with the search attributes. */
  namespaces: readonly string[]
  stop(): Promise<void>
  /** Takes the server away until `start` brings it back under the same address, with everything it knew. */
  pause(): Promise<void>
  start(): Promise<void>
}

/** A Temporal server of the caller's own, for tests that take it away. Stop it. */
export async function startTemporal(namespaceCount = 0): Promise<OwnTemporal> {
  const directory = await mkdtemp(join(tmpdir(), 'belay-temporal-'))
  const namespaces = Array.from({ length: namespaceCount }, (_, index) => `test-${index + 1}`)
  const say = (line: string) => void process.stderr.write(`${line}\n`)
  const launch = (port?: number) =>
    temporalServer({ directory, headless: true, namespaces, environment: process.env, say, port })
  let server = await launch()
  return {
    address: server.address,
    namespaces,
    pause: () => server.stop(),
    async start() {
      server = await launch(Number(server.address.split(':')[1]))
    },
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
