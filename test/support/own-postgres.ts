import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedPostgres } from '../../src/dev/embedded-postgres.ts'

export type OwnPostgres = {
  url: string
  stop(): Promise<void>
  /** Takes the server away until `start` brings it back under the same address. */
  pause(): Promise<void>
  start(): Promise<void>
  restart(): Promise<void>
}

/** A Postgres of the caller's own, for tests that take it away. Stop it. */
export async function startPostgres(): Promise<OwnPostgres> {
  const directory = await mkdtemp(join(tmpdir(), 'belay-postgres-'))
  // Postgres runs as another user when the tests run as root, and has to get in.
  await chmod(directory, 0o711)
  const launch = (port?: number) => embeddedPostgres({ directory, durable: false, environment: process.env, port })
  let server = await launch()
  const pause = () => server.stop()
  const start = async () => {
    server = await launch(server.port)
  }
  return {
    url: server.url,
    pause,
    start,
    restart: () => pause().then(start),
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}
