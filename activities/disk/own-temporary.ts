import { mkdtemp, readdir, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isRunning } from './is-running.ts'

/**
 * Work in a new temporary directory, `belay-<what>-<pid>-...`, which only this user can read, and which goes with it. What
 * killed owners left of theirs is removed first, so that a machine on which work is killed does not fill up.
 */
export async function inOwnTemporary<T>(what: string, work: (directory: string) => Promise<T>): Promise<T> {
  await removeLeft(what)
  const directory = await mkdtemp(join(tmpdir(), `belay-${what}-${process.pid}-`))
  try {
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** An owner in a container shares the directory and not our numbers; programs in it have read what is there long before. */
const leftAfterMs = 3_600_000

/** Never fails: nobody's work is to suffer from what another one left. */
async function removeLeft(what: string): Promise<void> {
  const names = await readdir(tmpdir()).catch(() => [])
  for (const name of names) {
    const owner = new RegExp(`^belay-${what}-(\\d+)-\\w{6}$`).exec(name)?.[1]
    const path = join(tmpdir(), name)
    if (owner === undefined || isRunning(Number(owner)) || !(await isOld(path))) continue
    // Another user's stays.
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

async function isOld(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  return found !== null && Date.now() - found.mtimeMs > leftAfterMs
}
