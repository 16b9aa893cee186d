import { randomUUID } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import type { HostOrder } from '../../src/domain/host.ts'
import type { ServiceProcess } from '../../src/domain/plan.ts'
import { isErrno, readJson, removeFile, writeJson } from '../disk/atomic.ts'
import { hostPaths } from '../host/paths.ts'
import { withClaim } from '../host/require-claim.ts'
import { pulse } from '../step/pulse.ts'
import { readLogEnd } from './log-end.ts'
import type { Found, Managed, Start, Surroundings } from './managed.ts'
import { marks } from './marks.ts'
import { bootId, entryOf, environmentOf, listProcesses, type ProcessEntry } from './proc.ts'
import { commandFailed } from './short-command.ts'
import { type Spawned, spawnKept } from './spawn-kept.ts'
import { endTree } from './tree.ts'

type KeeperProcess = ServiceProcess & { run: Extract<ServiceProcess['run'], { by: 'keeper' }> }

/** `processes/<name>.json`: written once before the start, with its token only, and again with what was started. */
type Kept = {
  token: string
  releaseDirectory: string
  /** RFC 3339, UTC. */
  startedAt: string
  started: { pid: number; startTicks: number; bootId: string } | null
}

/** A process that runs settles this long before its start counts: what is broken mostly ends at once. */
const settleMs = 700

/**
 * Belay's own keeper: a detached process in a session of its own, in the release's real directory, its output appended
 * to its log. It outlives the worker. A worker that dies between noting a start and starting leaves a token, by which
 * the next one finds what was started, so that nothing is started twice.
 */
export function keepProcess(process: KeeperProcess, world: Surroundings): Managed {
  const file = hostPaths(world.order.directory).process(process.name)

  return { process, find, members, stop, start }

  async function find(): Promise<Found | null> {
    const kept = await readJson(file, parseKept)
    const entry = kept && keptEntry(kept)
    if (!entry) return null
    return { entry, startedAt: new Date(kept.startedAt), releaseDirectory: kept.releaseDirectory }
  }

  async function members(): Promise<readonly ProcessEntry[]> {
    const kept = await readJson(file, parseKept)
    return kept ? membersOf(kept, listProcesses()) : []
  }

  async function stop(): Promise<void> {
    const kept = await readJson(file, parseKept)
    if (!kept) return
    const find = (entries: readonly ProcessEntry[]) => membersOf(kept, entries)
    const left = await endTree({ find, graceMs: process.stopTimeoutMs, pulse })
    // What will not end is still known by this file.
    if (left.length === 0) await removeFile(file)
  }

  async function start(given: Start): Promise<Found> {
    const spawned = await withClaim(world.order, () => spawnOnce(given))
    if (spawned) await settled(spawned)
    const found = await find()
    if (found) return found
    throw commandFailed(`${process.name}: expected it to run, got its end at once`, '')
  }

  /** null: it already runs. Under the host's lock: two workers at once, or an old one that wakes up, start one process. */
  async function spawnOnce({ releaseDirectory, env }: Start): Promise<Spawned | null> {
    const before = await readJson(file, parseKept)
    const running = before && keptEntry(before)
    if (running) {
      await writeJson(file, { ...before, started: { ...identity(running) } } satisfies Kept)
      return null
    }
    const kept: Kept = { token: randomUUID(), releaseDirectory, startedAt: world.clock().toISOString(), started: null }
    await writeJson(file, kept)
    const spawned = await spawnKept({ process, world, releaseDirectory, env, token: kept.token })
    await writeJson(file, { ...kept, started: { ...identity(spawned.entry) } } satisfies Kept)
    return spawned
  }

  async function settled({ ended, log, logStart, secrets }: Spawned): Promise<void> {
    const until = performance.now() + Math.min(settleMs, process.startTimeoutMs)
    while (performance.now() < until && !ended()) {
      pulse()
      await pause(20)
    }
    const how = ended()
    if (how === null) return
    throw commandFailed(`${process.name}: expected it to run, got ${how}`, readLogEnd(log, logStart, secrets))
  }
}

/** All processes of this service that a keeper noted and that still run: those too that no plan names any more. */
export async function everyKept(order: HostOrder): Promise<{ entry: ProcessEntry; releaseDirectory: string }[]> {
  const names = await readdir(hostPaths(order.directory).processes).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const files = names.filter((name) => /^[^.].*\.json$/.test(name)).map((name) => name.slice(0, -'.json'.length))
  const kept = await Promise.all(files.map((name) => readJson(hostPaths(order.directory).process(name), parseKept)))
  const entries = listProcesses()
  return kept.flatMap((each) =>
    each ? membersOf(each, entries).map((entry) => ({ entry, releaseDirectory: each.releaseDirectory })) : [],
  )
}

/** The process itself: by its number and start, or, if those were never written down, by its token. */
function keptEntry({ started, token }: Kept): ProcessEntry | null {
  if (!started) return listProcesses().find((entry) => entry.session === entry.pid && hasToken(entry, token)) ?? null
  const entry = started.bootId === bootId() ? entryOf(started.pid) : null
  return entry?.startTicks === started.startTicks ? entry : null
}

/** It, what carries its token, and what shares a session with any of them. */
function membersOf(kept: Kept, entries: readonly ProcessEntry[]): ProcessEntry[] {
  const main = keptEntry(kept)
  const certain = entries.filter((entry) => entry.pid === main?.pid || hasToken(entry, kept.token))
  const sessions = new Set(certain.map((entry) => entry.session))
  const pids = new Set(certain.map((entry) => entry.pid))
  return entries.filter((entry) => pids.has(entry.pid) || sessions.has(entry.session))
}

function hasToken(entry: ProcessEntry, token: string): boolean {
  return environmentOf(entry.pid)?.get(marks.start) === token
}

function identity({ pid, startTicks }: ProcessEntry) {
  return { pid, startTicks, bootId: bootId() }
}

function parseKept(value: unknown): Kept {
  if (typeof value !== 'object' || value === null) throw new Error('expected an object')
  const { token, releaseDirectory, startedAt, started }: Record<string, unknown> = { ...value }
  if (typeof token !== 'string' || typeof releaseDirectory !== 'string' || typeof startedAt !== 'string') {
    throw new Error('expected a kept process')
  }
  if (typeof started !== 'object' || started === null) return { token, releaseDirectory, startedAt, started: null }
  const { pid, startTicks, bootId: boot }: Record<string, unknown> = { ...started }
  if (typeof pid !== 'number' || typeof startTicks !== 'number' || typeof boot !== 'string')
    throw new Error('expected a pid')
  return { token, releaseDirectory, startedAt, started: { pid, startTicks, bootId: boot } }
}
