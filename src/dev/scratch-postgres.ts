import { chmod, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRunning } from '../../activities/disk/is-running.ts'
import { dataOf, embeddedPostgres } from './embedded-postgres.ts'

/**
 * A server for scratch databases, in a directory of its own that goes with it. It need not survive a power cut. What killed
 * owners left of theirs is removed first; their servers end with them.
 */
export async function startScratchPostgres(
  environment: NodeJS.ProcessEnv,
): Promise<{ url: string; stop(): Promise<void> }> {
  await removeLeftOvers()
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`))
  const remove = (path = directory) => rm(path, { recursive: true, force: true })
  try {
    // Postgres runs as another user where this runs as root, and has to get in.
    await chmod(directory, 0o711)
    const server = await embeddedPostgres({ directory, durable: false, environment })
    const removeAll = () => Promise.all([remove(server.dataDirectory), remove()])
    return { url: server.url, stop: () => server.stop().finally(removeAll) }
  } catch (error) {
    await remove()
    throw error
  }
}

/** With the pid of its owner. */
const prefix = 'belay-scratch-'

/** Never fails: whoever wants a server is not to suffer from an old one. */
async function removeLeftOvers(): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  const left = names.filter((name) => isLeft(new RegExp(`^${prefix}(\\d+)-`).exec(name)?.[1]))
  for (const name of left) {
    const directory = join(tmpdir(), name)
    try {
      const data = await dataOf(directory)
      if (await isServing(data)) continue
      await rm(data, { recursive: true, force: true })
      await rm(directory, { recursive: true, force: true })
    } catch {
      // Somebody else's, or being removed by another.
    }
  }
}

/** A number that somebody else has by now: another time. */
function isLeft(pid: string | undefined): boolean {
  return pid !== undefined && !isRunning(Number(pid))
}

/** Its first line is the server's own pid. */
async function isServing(data: string): Promise<boolean> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '')
  const pid = Number(text.split('\n')[0])
  return pid > 0 && isRunning(pid)
}
