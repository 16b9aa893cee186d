import { setTimeout as pause } from 'node:timers/promises'
import type { StopProof } from '../../src/domain/host.ts'
import { pulse } from '../step/pulse.ts'
import { adoptedLikenesses, alikeProcesses } from './adopted.ts'
import { insideProcesses, markedProcesses, type Scope } from './belonging.ts'
import { everyKept } from './keeper.ts'
import type { Found, Managed } from './managed.ts'
import { commandOf, entryOf, listProcesses, type ProcessEntry } from './proc.ts'
import { endTree } from './tree.ts'

/** Programs of a moment (a check's command, for one) may be working in the release: they get this long to end. */
const patienceMs = 5_000
/** What was adopted may have a supervisor of its own: the usual ones start it again within a second. */
const returnsWithinMs = 1_500
/** An answer must stay small; it is enough to see what is wrong. */
const longestList = 20

/** Stops by the configured means, ends what these leave, and then looks at the whole machine again. */
export async function stopAndProve(managed: readonly Managed[], scope: Scope): Promise<StopProof> {
  const likenesses: ReadonlySet<string> =
    scope.releaseDirectory === null ? await adoptedLikenesses(scope.order) : new Set()
  await Promise.all(managed.map((each) => stopOne(each, scope)))
  const graceMs = Math.max(1_000, ...managed.map((each) => each.process.stopTimeoutMs))
  const kept = await keptOf(scope)
  await endTree({ find: (entries) => [...markedProcesses(scope, entries), ...still(kept, entries)], graceMs, pulse })
  return await prove(managed, scope, likenesses)
}

/** Read from the world: nothing of it is left, or what is. */
async function prove(managed: readonly Managed[], scope: Scope, likenesses: ReadonlySet<string>): Promise<StopProof> {
  const begun = performance.now()
  const notBefore = begun + (likenesses.size > 0 ? returnsWithinMs : 0)
  for (const giveUpAt = begun + patienceMs; ; await pause(100)) {
    pulse()
    const remaining = await remainingOf(managed, scope, likenesses)
    const now = performance.now()
    if (remaining.length === 0 && now >= notBefore) return { proven: true, remaining: [] }
    if (remaining.length === 0 || now < giveUpAt) continue
    const told = remaining.slice(0, longestList).map(({ pid }) => ({ pid, command: commandOf(pid) }))
    return { proven: false, remaining: told }
  }
}

async function remainingOf(
  managed: readonly Managed[],
  scope: Scope,
  likenesses: ReadonlySet<string>,
): Promise<ProcessEntry[]> {
  const known = await Promise.all(
    managed.map(async (each) => ((await concerns(each, scope)) ? await each.members() : [])),
  )
  const kept = await keptOf(scope)
  const entries = listProcesses()
  const unmarked = [...insideProcesses(scope, entries), ...alikeProcesses(likenesses, entries)]
  const all = [...known.flat(), ...kept, ...markedProcesses(scope, entries), ...unmarked]
  return [...new Map(all.map((entry) => [entry.pid, entry])).values()].filter((entry) => entryOf(entry.pid) !== null)
}

async function stopOne(managed: Managed, scope: Scope): Promise<void> {
  if (!(await concerns(managed, scope))) return
  const before = await managed.members()
  await managed.stop()
  // Its own means had their time; what was its own then and still is there is ended.
  await endTree({ find: (entries) => still(before, entries), graceMs: 1_000, pulse })
}

/** Another release's process is left alone; one that cannot be told apart is not. */
async function concerns(managed: Managed, scope: Scope): Promise<boolean> {
  return scope.releaseDirectory === null || mayBeOf(await managed.find(), scope.releaseDirectory)
}

function mayBeOf(found: Found | null, releaseDirectory: string): boolean {
  return found?.releaseDirectory == null || found.releaseDirectory === releaseDirectory
}

async function keptOf({ order, releaseDirectory }: Scope): Promise<ProcessEntry[]> {
  const kept = await everyKept(order)
  const concerned = kept.filter((each) => releaseDirectory === null || each.releaseDirectory === releaseDirectory)
  return concerned.map((each) => each.entry)
}

function still(before: readonly ProcessEntry[], entries: readonly ProcessEntry[]): ProcessEntry[] {
  const starts = new Map(before.map((entry) => [entry.pid, entry.startTicks]))
  return entries.filter((entry) => starts.get(entry.pid) === entry.startTicks)
}
