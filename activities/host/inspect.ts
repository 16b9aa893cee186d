import { constants } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostRecord, HostState } from '../../src/domain/host.ts'
import type { Marker } from '../../src/domain/marker.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { isErrno, readJson } from '../disk/atomic.ts'
import { readLocks } from './claim.ts'
import { hostPaths } from './paths.ts'
import { readClaim } from './require-claim.ts'
import { parseMarker, parsePlan, parseRecords } from './state-files.ts'

/** Everything this host knows of itself, read from the disk now. */
export async function readHostState(host: string, directory: string, now: Date): Promise<HostState> {
  const records = await readRecords(directory)
  const plan = records[0] ? await readJson(hostPaths(directory).plan(records[0].planDigest), parsePlan) : null
  return {
    host,
    claim: await readClaim(directory),
    records,
    ...(await readLocks(directory, now)),
    live: {
      releaseDirectory: await liveDirectory(directory, plan),
      marker: await markerAt(plan?.marker.file ?? join(directory, '.deployment_marker')),
    },
  }
}

export async function readRecords(directory: string): Promise<HostRecord[]> {
  return (await readJson(hostPaths(directory).records, parseRecords)) ?? []
}

async function liveDirectory(directory: string, plan: Plan | null): Promise<string | null> {
  if (plan?.layout.mode === 'in_place') return directory
  try {
    return await realpath(hostPaths(directory).current)
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) return null
    throw error
  }
}

/** null: none, or not one of ours; never follows a link or waits at a pipe. */
async function markerAt(path: string): Promise<Marker | null> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      return stat.isFile() && stat.size < 64_000 ? parseMarker(JSON.parse(await file.readFile('utf8'))) : null
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof SyntaxError || isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'ENXIO', 'EISDIR', 'EACCES'))
      return null
    throw error
  }
}
