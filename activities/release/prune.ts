import { readdir, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { AppliedMigration, HostOrder, HostRecord } from '../../src/domain/host.ts'
import { readStanding } from '../database/snapshot/owners.ts'
import { pruneSnapshots } from '../database/snapshot/prune-snapshots.ts'
import { isErrno } from '../disk/atomic.ts'
import type { Git } from '../git/git.ts'
import { createPlumbing } from '../git/plumbing.ts'
import { readRecords } from '../host/inspect.ts'
import { hostPaths } from '../host/paths.ts'
import { listProcesses, workingDirectoryOf } from '../process/proc.ts'
import { isInside, realOr } from '../process/release-of.ts'
import { pruneSources } from './in-place.ts'
import { readNotes, removeNote } from './release-note.ts'

/**
 * Removes releases that Belay made and nobody can need any more: all but the `keep` newest, and never one that is live,
 * of record, needed to revert a migration, named in `protect`, or worked in by any process. With them go snapshots of
 * migrations of which none is applied any more.
 */
export async function prune(
  git: Git,
  { order, keep, protect }: { order: HostOrder; keep: number; protect: readonly string[] },
): Promise<string[]> {
  const { releases } = hostPaths(order.directory)
  await removeLeft(releases)
  const kept = new Set([...(await needed(order)), ...protect].map(realOr))
  const all = (await readNotes(order.directory)).map(({ name }) => ({ name, path: join(releases, name) }))
  const removed = await pruneSources(order.directory, keep, kept)
  for (const { name, path } of all.slice(Math.max(0, keep))) {
    if (kept.has(realOr(path)) || isInUse(realOr(path))) continue
    await remove(order.directory, name, path)
    removed.push(path)
  }
  if (removed.some((path) => dirname(path) === releases))
    await createPlumbing(git, hostPaths(order.directory).repository).run(['worktree', 'prune'])
  return [...removed, ...(await pruneSnapshots(order.directory, await readRecords(order.directory)))]
}

async function needed(order: HostOrder): Promise<string[]> {
  const records = await readRecords(order.directory)
  return [
    realOr(hostPaths(order.directory).current),
    ...records.map((record) => record.releaseDirectory),
    ...revertible(records, await readStanding(order.directory)),
  ]
}

/**
 * Down migrations run only with the files of the release that applied them; below the oldest record nobody goes. What a
 * deployment left applied whose way back was given up is in no record, but the host has noted it.
 */
function revertible(records: readonly HostRecord[], noted: readonly AppliedMigration[]): string[] {
  const oldest = new Set(records.at(-1)?.migrations?.map((migration) => migration.name))
  const all = [...records.flatMap((record) => record.migrations ?? []), ...noted]
  const own = records.length > 1 ? all.filter((migration) => !oldest.has(migration.name)) : all
  return own.flatMap((migration) => migration.releaseDirectory ?? [])
}

function isInUse(path: string): boolean {
  return listProcesses().some(({ pid }) => {
    const cwd = workingDirectoryOf(pid)
    return cwd !== null && isInside(cwd, path)
  })
}

/** Out of its name first: half of a release must never be found under it. */
async function remove(directory: string, name: string, path: string): Promise<void> {
  const away = join(hostPaths(directory).releases, `${leftPrefix}${basename(path)}`)
  await rename(path, away).catch((error: unknown) => {
    if (!isErrno(error, 'ENOENT')) throw error
  })
  await removeNote(directory, name)
  await rm(away, { recursive: true, force: true })
}

const leftPrefix = '.removed-'

async function removeLeft(releases: string): Promise<void> {
  const names = await readdir(releases).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  for (const name of names.filter((each) => each.startsWith(leftPrefix))) {
    await rm(join(releases, name), { recursive: true, force: true })
  }
}
