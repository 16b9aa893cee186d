import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { embeddedPostgres } from './embedded-postgres.ts'

/** A server for scratch databases, in a directory of its own that goes with it. It need not survive a power cut. */
export async function startScratchPostgres(
  environment: NodeJS.ProcessEnv,
): Promise<{ url: string; stop(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'belay-scratch-'))
  const remove = () => rm(directory, { recursive: true, force: true })
  try {
    // Postgres runs as another user where this runs as root, and has to get in.
    await chmod(directory, 0o711)
    const server = await embeddedPostgres({ directory, durable: false, environment })
    return { url: server.url, stop: () => server.stop().finally(remove) }
  } catch (error) {
    await remove()
    throw error
  }
}
