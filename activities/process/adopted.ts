import { randomUUID } from 'node:crypto'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import { removeFile, writeJson } from '../disk/atomic.ts'
import { sha256Of } from '../disk/sha256.ts'
import { hostPaths } from '../host/paths.ts'
import { readKnown } from '../host/require-claim.ts'
import { identity } from './keeper.ts'
import { type Kept, keptEntry, readAllKept, readKept } from './kept.ts'
import { entryOf, executableOf, type ProcessEntry, wordsOf, workingDirectoryOf } from './proc.ts'
import { ownLine } from './tree.ts'

export type Adopting = { process: string; pid: number; startTicks: number; startedAt: string }

/** Notes a process that Belay did not start, as if its keeper had; one that it did start keeps its own note. */
export async function noteAdopted(order: HostOrder, releaseDirectory: string, adopting: Adopting): Promise<void> {
  const { process, pid, startTicks, startedAt } = adopting
  const entry = entryOf(pid)
  if (entry?.startTicks !== startTicks) {
    const message = `${process}: expected pid ${pid} to run still, got its end; adopt again to see what runs now`
    throw ApplicationFailure.create({ type: failureTypes.refused, nonRetryable: true, message })
  }
  const before = await readKept(order, process)
  if (before && !before.adopted && keptEntry(before)?.pid === pid) return
  const replaced = await lastingNote(order, before)
  const adopted = { deployment: order.deployment, likeness: likenessOf(pid), replaced }
  const kept: Kept = { token: randomUUID(), releaseDirectory, startedAt, started: identity(entry), adopted }
  await writeJson(hostPaths(order.directory).process(process), kept)
}

/** What an adoption that failed, or was ended from outside, would have to put back: never its own note. */
async function lastingNote(order: HostOrder, before: Kept | null): Promise<Kept | null> {
  if (!before?.adopted) return before
  const { deployment, likeness, replaced } = before.adopted
  const ended = await readKnown({ ...order, deployment })
  return ended?.finished ? { ...before, adopted: { deployment, likeness, replaced: null } } : replaced
}

/**
 * Takes back what this adoption noted, and nothing else: a note that stood there before stands there again, because the
 * gate asks for the process it names. The processes themselves are left alone.
 */
export async function forgetAdopted(order: HostOrder): Promise<void> {
  for (const { process, kept } of await readAllKept(order)) {
    if (kept.adopted?.deployment !== order.deployment) continue
    const file = hostPaths(order.directory).process(process)
    const { replaced } = kept.adopted
    await (replaced ? writeJson(file, replaced) : removeFile(file))
  }
}

/** Processes that were adopted and are gone, by name: what runs in their place is not known to Belay. */
export async function lostAdopted(order: HostOrder): Promise<string[]> {
  const noted = await readAllKept(order)
  return noted.filter(({ kept }) => kept.adopted && keptEntry(kept) === null).map(({ process }) => process)
}

/** How the adopted processes look, so that one which another supervisor starts again is recognised. */
export async function adoptedLikenesses(order: HostOrder): Promise<ReadonlySet<string>> {
  return new Set((await readAllKept(order)).flatMap(({ kept }) => kept.adopted?.likeness ?? []))
}

/** Processes with the same program, words and place: told of, never ended, because nobody confirmed them. */
export function alikeProcesses(likenesses: ReadonlySet<string>, entries: readonly ProcessEntry[]): ProcessEntry[] {
  if (likenesses.size === 0) return []
  const own = ownLine(entries)
  return entries.filter(({ pid }) => !own.has(pid) && likenesses.has(likenessOf(pid)))
}

function likenessOf(pid: number): string {
  return sha256Of(JSON.stringify([executableOf(pid), wordsOf(pid), workingDirectoryOf(pid)]))
}
