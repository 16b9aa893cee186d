import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedPostgres } from './embedded-postgres.ts'

/** An embedded server for one rehearsal: `stop` ends it and removes all it wrote. */
export async function scratchPostgres(
  environment: NodeJS.ProcessEnv,
): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'belay-scratch-'))
  const remove = (path: string) => rm(path, { recursive: true, force: true })
  try {
    const server = await embeddedPostgres({ directory, durable: false, environment })
    const stop = async () => {
      await server.stop()
      await Promise.all([remove(server.dataDirectory), remove(directory)])
    }
    return { url: server.url, stop }
  } catch (error) {
    await remove(directory)
    throw error
  }
}
