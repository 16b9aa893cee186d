import { existsSync } from 'node:fs'
import type { HostOrder } from '../../src/domain/host.ts'
import { hostPaths } from '../host/paths.ts'
import { stepVariable } from '../step/step.ts'
import { marks, ownerPrefix } from './marks.ts'
import { environmentOf, type ProcessEntry, workingDirectoryOf } from './proc.ts'
import { isInside, realOr } from './release-of.ts'
import { ownLine, withDescendants } from './tree.ts'

/** What is asked about: one release of a service, or (null) all of it. Paths are real. */
export type Scope = { order: HostOrder; releaseDirectory: string | null }

/**
 * Processes that are certainly the service's: they carry its mark (and, where one release is asked about, that
 * release's), or share a session with one that does, or came from one. These may be ended.
 */
export function markedProcesses({ order, releaseDirectory }: Scope, entries: readonly ProcessEntry[]): ProcessEntry[] {
  const directory = realOr(order.directory)
  const marked = entries.filter(({ pid }) => {
    const environment = environmentOf(pid)
    if (!environment?.get(marks.owner)?.startsWith(ownerPrefix(order))) return false
    const told = environment.get(marks.releaseDirectory) ?? ''
    // Two hosts may share a machine: the service of the other one is not ours.
    return releaseDirectory === null ? isInside(told, directory) : told === releaseDirectory
  })
  const own = ownLine(entries)
  const mine = (entry: ProcessEntry) => !own.has(entry.pid)
  // A session that began with one of ours is ours; one that a login shell began is not.
  const leaders = new Set(marked.filter((entry) => entry.pid === entry.session).map((entry) => entry.session))
  const sessions = entries.filter((entry) => leaders.has(entry.session))
  return [...withDescendants(entries, [...marked, ...sessions].filter(mine)).values()].filter(mine)
}

/**
 * Processes that work inside the release, whoever they are: a stop is not proven while there is one, but it may be
 * somebody's shell, so none of them is ended. Belay's own steps do not count.
 */
export function insideProcesses(scope: Scope, entries: readonly ProcessEntry[]): ProcessEntry[] {
  const places = placesOf(scope)
  const state = realOr(hostPaths(scope.order.directory).state)
  const own = ownLine(entries)
  return entries.filter((entry) => {
    const cwd = workingDirectoryOf(entry.pid)
    if (cwd === null || own.has(entry.pid) || isInside(cwd, state)) return false
    return places.some((place) => isInside(cwd, place)) && !isOwnStep(entry.pid)
  })
}

/** All of a service: its releases; where it is checked out in place there are none, and it is its directory. */
function placesOf({ order, releaseDirectory }: Scope): string[] {
  if (releaseDirectory !== null) return [releaseDirectory]
  const { releases } = hostPaths(order.directory)
  return [realOr(existsSync(releases) ? releases : order.directory)]
}

function isOwnStep(pid: number): boolean {
  const environment = environmentOf(pid)
  return environment?.has(stepVariable) === true && !environment.has(marks.owner)
}
