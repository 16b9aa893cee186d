import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { HostOrder } from '../../src/domain/host.ts'
import type { KeeperProcess } from '../../src/domain/plan.ts'
import { removeFile, writeJson } from '../disk/atomic.ts'
import { hostPaths } from '../host/paths.ts'
import { withClaim } from '../host/require-claim.ts'
import { pulse } from '../step/pulse.ts'
import { type Kept, keptEntry, membersOf, readAllKept, readKept } from './kept.ts'
import { readLogEnd } from './log-end.ts'
import type { Found, Managed, Start, Surroundings } from './managed.ts'
import { bootId, listProcesses, type ProcessEntry, type ProcessIdentity } from './proc.ts'
import { commandFailed } from './short-command.ts'
import { type Spawned, spawnKept } from './spawn-kept.ts'
import { endTree } from './tree.ts'

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
    const kept = await readKept(world.order, process.name)
    const entry = kept && keptEntry(kept)
    if (!entry) return null
    return { entry, startedAt: new Date(kept.startedAt), releaseDirectory: kept.releaseDirectory }
  }

  async function members(): Promise<readonly ProcessEntry[]> {
    const kept = await readKept(world.order, process.name)
    return kept ? membersOf(kept, listProcesses()) : []
  }

  async function stop(): Promise<void> {
    const kept = await readKept(world.order, process.name)
    if (!kept) return
    const find = (entries: readonly ProcessEntry[]) => membersOf(kept, entries)
    const left = await endTree({ find, graceMs: process.stopTimeoutMs, pulse })
    // What will not end is still known by this file; and by what was adopted it is known if somebody starts it again.
    if (left.length === 0 && !kept.adopted) await removeFile(file)
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
    const before = await readKept(world.order, process.name)
    const running = before && keptEntry(before)
    if (running) {
      await writeJson(file, { ...before, started: { ...identity(running) } } satisfies Kept)
      return null
    }
    const startedAt = world.clock().toISOString()
    const kept: Kept = { token: randomUUID(), releaseDirectory, startedAt, started: null, adopted: null }
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
  const noted = await readAllKept(order)
  const entries = listProcesses()
  return noted.flatMap(({ kept }) =>
    membersOf(kept, entries).map((entry) => ({ entry, releaseDirectory: kept.releaseDirectory })),
  )
}

export function identity({ pid, startTicks }: ProcessEntry): ProcessIdentity {
  return { pid, startTicks, bootId: bootId() }
}
