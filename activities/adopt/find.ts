import { readFile, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import type { FoundProcess, NamedProcess } from '../../src/domain/adoption.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { KeeperProcess, ServiceProcess } from '../../src/domain/plan.ts'
import { type EnvironmentVariables, MissingReference, resolveReferences } from '../../src/domain/reference.ts'
import { shown } from '../../src/domain/version.ts'
import { keptEntry, readKept } from '../process/kept.ts'
import { marks, serviceEnvironment } from '../process/marks.ts'
import {
  commandOf,
  entryOf,
  environmentOf,
  executableOf,
  listProcesses,
  type ProcessEntry,
  startOf,
  workingDirectoryOf,
} from '../process/proc.ts'
import { ownLine } from '../process/tree.ts'
import { belongsTo, isStartedBy, rootsOf } from './match.ts'

export type Place = {
  order: HostOrder
  releaseDirectory: string
  named: readonly NamedProcess[]
  environment: EnvironmentVariables
  now: Date
}

export type Answer = { found: FoundProcess } | { problem: string }

/** Finds the running process that the plan means: as it was adopted before, as a person names it, or by its command and place. */
export async function findKeeperProcess(process: KeeperProcess, place: Place): Promise<Answer> {
  const entries = listProcesses()
  const named = place.named.find((each) => each.process === process.name)
  const kept = await readKept(place.order, process.name)
  const running = kept && keptEntry(kept)
  if (running && !named) return { found: describe(process, running, place) }
  if (named) return await namedProcess(process, named, place, entries)
  const mine = entries.filter(
    ({ pid }) => belongsTo(pid, place.releaseDirectory) && isStartedByPlan(process, pid, place),
  )
  const roots = rootsOf(mine.filter((entry) => !ownLine(entries).has(entry.pid)))
  const [one, ...others] = roots
  const { name } = process
  if (!one) {
    const there = whoIsThere(place, entries)
    const next = `start it, or name it with --pid ${name}=PID${there === '' ? '' : ` (there: ${there})`}`
    return { problem: `expected a process of ${name} in ${place.releaseDirectory}, found none; ${next}` }
  }
  if (others.length > 0) {
    const all = roots.map((entry) => entry.pid).join(', ')
    return {
      problem: `expected one process of ${name}, found ${roots.length} (${all}); name it with --pid ${name}=PID`,
    }
  }
  return await checked(process, one, place)
}

export function describe(process: ServiceProcess, entry: ProcessEntry, place: Place): FoundProcess {
  const { pid, startTicks, parent } = entry
  return {
    process: process.name,
    by: process.run.by,
    pid,
    startTicks,
    startedAt: startOf(entry, place.now).toISOString(),
    command: nameOf(pid),
    parent: parent > 1 ? { pid: parent, command: nameOf(parent) } : null,
    directory: workingDirectoryOf(pid),
    unset: process.run.by === 'keeper' ? unsetBy(process, pid, place) : [],
  }
}

async function namedProcess(
  process: KeeperProcess,
  { by }: NamedProcess,
  place: Place,
  entries: readonly ProcessEntry[],
): Promise<Answer> {
  const { name } = process
  const pid = 'pid' in by ? by.pid : await pidIn(by.pidFile)
  if (typeof pid === 'string') return { problem: `--pid-file ${name}: ${pid}` }
  const entry = entryOf(pid)
  if (!entry) return { problem: `--pid ${name}: expected a process ${pid}, found none` }
  const what = `${pid} (${nameOf(pid)})`
  if (ownLine(entries).has(pid)) return { problem: `--pid ${name}: ${what} is Belay's own agent, or what started it` }
  if (!belongsTo(pid, place.releaseDirectory)) {
    const expected = `expected one that works in ${place.releaseDirectory} or runs a file of it`
    return {
      problem: `--pid ${name}: ${expected}, got ${what} in ${workingDirectoryOf(pid) ?? 'an unknown directory'}`,
    }
  }
  if (entry.terminal && entry.session === pid && !isStartedByPlan(process, pid, place)) {
    return { problem: `--pid ${name}: ${what} leads the session of a terminal: it looks like somebody's shell` }
  }
  return await checked(process, entry, place)
}

/** What Belay may not end it must not promise to stop. */
async function checked(process: KeeperProcess, entry: ProcessEntry, place: Place): Promise<Answer> {
  const { pid } = entry
  const us = globalThis.process.geteuid?.() ?? 0
  const owner = await stat(`/proc/${pid}`).then(
    (found) => found.uid,
    () => null,
  )
  if (us !== 0 && owner !== us) {
    const problem = `${process.name}: ${pid} (${nameOf(pid)}) runs as user ${owner ?? 'unknown'}, the agent as ${us}, which may not stop it; run the agent as that user, or as root`
    return { problem }
  }
  return { found: describe(process, entry, place) }
}

/** Its program; a process may call itself anything. */
function nameOf(pid: number): string {
  const executable = executableOf(pid)
  return executable === null ? commandOf(pid) : basename(executable)
}

async function pidIn(file: string): Promise<number | string> {
  const text = await readFile(file, 'utf8').catch(() => null)
  if (text === null) return `expected a file with a pid at ${file}, found none that can be read`
  const pid = text.trim()
  return /^[1-9]\d{0,9}$/.test(pid) ? Number(pid) : `expected a pid in ${file}, got ${shown(pid)}`
}

function isStartedByPlan(process: KeeperProcess, pid: number, place: Place): boolean {
  try {
    const command = process.run.command.map((word) => resolveReferences(word, place.environment))
    return isStartedBy(pid, command, place.releaseDirectory)
  } catch (error) {
    if (error instanceof MissingReference) return false
    throw error
  }
}

/** For a person who looks for the right one: pid and name, at most five. */
function whoIsThere({ releaseDirectory }: Place, entries: readonly ProcessEntry[]): string {
  const own = ownLine(entries)
  const there = entries.filter(({ pid }) => !own.has(pid) && belongsTo(pid, releaseDirectory))
  return there
    .slice(0, 5)
    .map(({ pid }) => `${pid} ${nameOf(pid)}`)
    .join(', ')
}

/** Variables that a shell or a supervisor adds: nobody set them for the service. */
const ambient =
  /^(_|PWD|OLDPWD|SHLVL|TERM|COLORTERM|MAIL|HIST\w*|LESS\w*|LS_COLORS|EDITOR|VISUAL|PAGER|DISPLAY|SSH_\w+|SUDO_\w+|DBUS_\w+|INVOCATION_ID|JOURNAL_STREAM|SYSTEMD_\w+|TMUX\w*|STY|npm_\w+|INIT_CWD)$/

function unsetBy(process: ServiceProcess, pid: number, { order, releaseDirectory, environment }: Place): string[] {
  const has = environmentOf(pid)
  if (has === null || has.has(marks.owner)) return []
  const given = givenNames({ order, process, releaseDirectory, env: {}, environment })
  return [...has.keys()].filter((name) => !given.has(name) && !ambient.test(name)).sort()
}

function givenNames(start: Parameters<typeof serviceEnvironment>[0]): Set<string> {
  try {
    return new Set(Object.keys(serviceEnvironment(start)))
  } catch (error) {
    if (!(error instanceof MissingReference)) throw error
    const run = start.process.run
    return new Set(run.by === 'keeper' ? Object.keys(run.env) : [])
  }
}
