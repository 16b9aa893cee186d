import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { isErrno } from '../disk/atomic.ts'

/** A process told apart from a later one under the same number: by its start, and by the boot of its machine. */
export type ProcessIdentity = { pid: number; startTicks: number; bootId: string }

/** One line of /proc; zombies are not listed: what has ended has ended. */
export type ProcessEntry = {
  pid: number
  parent: number
  group: number
  session: number
  /** It has a controlling terminal. */
  terminal: boolean
  /** Clock ticks since boot (field 22 of /proc/PID/stat). */
  startTicks: number
}

/** Every living process that this machine (or container) shows. */
export function listProcesses(): ProcessEntry[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? (entryOf(Number(name)) ?? []) : []))
}

/** null: there is no such process, or only its zombie. */
export function entryOf(pid: number): ProcessEntry | null {
  const stat = readProc(`/proc/${pid}/stat`)
  if (stat === null) return null
  // The name in parentheses may itself hold spaces and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const [state, parent, group, session, terminal] = fields
  if (state === undefined || state === 'Z' || state === 'X') return null
  return {
    pid,
    parent: Number(parent),
    group: Number(group),
    session: Number(session),
    terminal: Number(terminal) !== 0,
    startTicks: Number(fields[19]),
  }
}

export function identityOf(pid: number): ProcessIdentity | null {
  const entry = entryOf(pid)
  return entry === null ? null : { pid, startTicks: entry.startTicks, bootId: bootId() }
}

/** A pid alone proves nothing: it is given out again, and after a reboot everything is. */
export function isAlive(identity: ProcessIdentity): boolean {
  return identity.bootId === bootId() && entryOf(identity.pid)?.startTicks === identity.startTicks
}

export function bootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
}

/** The environment a process was started with; null where we may not look, or it is gone. */
export function environmentOf(pid: number): ReadonlyMap<string, string> | null {
  const text = readProc(`/proc/${pid}/environ`)
  if (text === null) return null
  return new Map(
    text.split('\0').flatMap((pair): [string, string][] => {
      const at = pair.indexOf('=')
      return at > 0 ? [[pair.slice(0, at), pair.slice(at + 1)]] : []
    }),
  )
}

/** Absolute and real; null where we may not look, or it is gone. A removed directory keeps its name. */
export function workingDirectoryOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '')
  } catch (error) {
    return unreadable(error)
  }
}

/** The program and its first words, for people; never more than the name where arguments may carry secrets. */
export function commandOf(pid: number): string {
  return (readProc(`/proc/${pid}/comm`) ?? '').trim() || 'unknown'
}

/** The words it was started with, as it shows them now; they may carry secrets: compared here, never told. */
export function wordsOf(pid: number): string[] {
  return (readProc(`/proc/${pid}/cmdline`) ?? '').split('\0').slice(0, -1)
}

/** The real path of its program; null where we may not look, or it is gone. */
export function executableOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/exe`).replace(/ \(deleted\)$/, '')
  } catch (error) {
    return unreadable(error)
  }
}

/** When a process began, from the machine's own uptime. */
export function startOf(entry: { startTicks: number }, now: Date): Date {
  const uptimeSeconds = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0])
  return new Date(now.getTime() - (uptimeSeconds - entry.startTicks / ticksPerSecond) * 1000)
}

/** USER_HZ: fixed at 100 for every program on Linux. */
const ticksPerSecond = 100

function readProc(path: string): string | null {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    return unreadable(error)
  }
}

function unreadable(error: unknown): null {
  // ESRCH: it ended while we read.
  if (isErrno(error, 'ENOENT', 'ESRCH', 'EACCES', 'EPERM')) return null
  throw error
}
