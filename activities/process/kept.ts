import { readdir } from 'node:fs/promises'
import type { HostOrder } from '../../src/domain/host.ts'
import { isErrno, readJson } from '../disk/atomic.ts'
import { hostPaths } from '../host/paths.ts'
import { marks } from './marks.ts'
import { bootId, entryOf, environmentOf, listProcesses, type ProcessEntry, type ProcessIdentity } from './proc.ts'
import { withDescendants } from './tree.ts'

/** `processes/<name>.json`: written once before a start, with its token only, and again with what was started. */
export type Kept = {
  token: string
  releaseDirectory: string
  /** RFC 3339, UTC. */
  startedAt: string
  started: ProcessIdentity | null
  /**
   * The adoption that found it running, and the note that stood here before, which comes back if that adoption fails;
   * null: Belay started it, and it carries the token.
   */
  adopted: { deployment: string; likeness: string; replaced: Kept | null } | null
}

export async function readKept(order: HostOrder, process: string): Promise<Kept | null> {
  return await readJson(hostPaths(order.directory).process(process), parseKept)
}

/** Every note of a process on this host, by the process's name; those too that no plan names any more. */
export async function readAllKept(order: HostOrder): Promise<{ process: string; kept: Kept }[]> {
  const names = await readdir(hostPaths(order.directory).processes).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const files = names.filter((name) => /^[^.].*\.json$/.test(name)).map((name) => name.slice(0, -'.json'.length))
  const read = await Promise.all(files.map(async (process) => ({ process, kept: await readKept(order, process) })))
  return read.flatMap(({ process, kept }) => (kept ? [{ process, kept }] : []))
}

/** The process itself: by its number and start, or, if those were never written down, by its token. */
export function keptEntry({ started, token }: Kept): ProcessEntry | null {
  if (!started) return listProcesses().find((entry) => entry.session === entry.pid && hasToken(entry, token)) ?? null
  const entry = started.bootId === bootId() ? entryOf(started.pid) : null
  return entry?.startTicks === started.startTicks ? entry : null
}

/** It, what carries its token, and what shares a session with any of them. */
export function membersOf(kept: Kept, entries: readonly ProcessEntry[]): ProcessEntry[] {
  const main = keptEntry(kept)
  if (kept.adopted) return main ? adoptedMembers(main, entries) : []
  const certain = entries.filter((entry) => entry.pid === main?.pid || hasToken(entry, kept.token))
  const sessions = new Set(certain.map((entry) => entry.session))
  const pids = new Set(certain.map((entry) => entry.pid))
  return entries.filter((entry) => pids.has(entry.pid) || sessions.has(entry.session))
}

/**
 * What was started by hand shares its session with somebody's shell: only a session that the process itself began is
 * its own. Nothing of it is certain any more once it is gone.
 */
function adoptedMembers(main: ProcessEntry, entries: readonly ProcessEntry[]): ProcessEntry[] {
  const session = main.session === main.pid ? entries.filter((entry) => entry.session === main.pid) : []
  return [...withDescendants(entries, [main, ...session]).values()]
}

function hasToken(entry: ProcessEntry, token: string): boolean {
  return environmentOf(entry.pid)?.get(marks.start) === token
}

function parseKept(value: unknown): Kept {
  const { token, releaseDirectory, startedAt, started, adopted } = fieldsOf(value, 'a kept process')
  if (typeof token !== 'string' || typeof releaseDirectory !== 'string' || typeof startedAt !== 'string') {
    throw new Error('expected a kept process')
  }
  const about = { token, releaseDirectory, startedAt, adopted: adopted ? parseAdopted(adopted) : null }
  if (typeof started !== 'object' || started === null) return { ...about, started: null }
  const { pid, startTicks, bootId: boot } = fieldsOf(started, 'a pid')
  if (typeof pid !== 'number' || typeof startTicks !== 'number' || typeof boot !== 'string')
    throw new Error('expected a pid')
  return { ...about, started: { pid, startTicks, bootId: boot } }
}

function parseAdopted(value: unknown): Kept['adopted'] {
  const { deployment, likeness, replaced } = fieldsOf(value, 'an adoption')
  if (typeof deployment !== 'string' || typeof likeness !== 'string') throw new Error('expected an adoption')
  return { deployment, likeness, replaced: replaced ? parseKept(replaced) : null }
}

function fieldsOf(value: unknown, what: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new Error(`expected ${what}`)
  return { ...value }
}
