import { readdir, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { HostRecord } from '../../../src/domain/host.ts'
import { isErrno } from '../../disk/atomic.ts'
import { hostPaths } from '../../host/paths.ts'
import { readStanding } from './owners.ts'

/**
 * Removes the snapshots that no applied migration was run from, and copies that were cut off. What is applied keeps its
 * own, however old: a rehearsal builds the schema from them. Call it only with the host's claim. Again: nothing more.
 */
export async function pruneSnapshots(directory: string, records: readonly HostRecord[]): Promise<string[]> {
  const noted = await readStanding(directory)
  const owners = [...records.flatMap((record) => record.migrations ?? []), ...noted]
  const needed = new Set(owners.flatMap((owner) => owner.snapshot ?? []))
  const place = dirname(hostPaths(directory).snapshot('any'))
  const names = await readdir(place).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const removed = names.filter((name) => !needed.has(name)).map((name) => `${place}/${name}`)
  for (const path of removed) await rm(path, { recursive: true, force: true })
  return removed
}
