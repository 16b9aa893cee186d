import { setTimeout as pause } from 'node:timers/promises'
import { isErrno } from '../disk/atomic.ts'
import { entryOf, listProcesses, type ProcessEntry } from './proc.ts'

export type EndTree = {
  /** Picks the ones to end; asked again and again, because a tree grows while it is being ended. */
  find: (entries: readonly ProcessEntry[]) => readonly ProcessEntry[]
  /** Between SIGTERM and SIGKILL. */
  graceMs: number
  /** Called while waiting; may throw to stop waiting. */
  pulse?: () => void
}

/**
 * Ends the processes `find` picks and all their descendants, those too that turn up meanwhile or lose their parent, and
 * answers when none is left: SIGTERM, then SIGKILL. Returns what would not go. Each signal goes to a process whose start
 * was compared just before. Never ends the caller or its ancestors.
 */
export async function endTree({ find, graceMs, pulse }: EndTree): Promise<readonly ProcessEntry[]> {
  const known = new Map<number, ProcessEntry>()
  const asked = new Set<number>()
  const killAt = performance.now() + graceMs
  const giveUpAt = killAt + 5_000
  for (;;) {
    const alive = collect(find, known)
    if (alive.length === 0) return []
    const now = performance.now()
    if (now > giveUpAt) return alive
    for (const entry of alive) {
      if (now >= killAt) signal(entry, 'SIGKILL')
      else if (!asked.has(entry.pid)) signal(entry, 'SIGTERM')
      asked.add(entry.pid)
    }
    pulse?.()
    await pause(40)
  }
}

/** Sends a signal only if this is still the same process. */
export function signal(entry: { pid: number; startTicks: number }, name: 'SIGTERM' | 'SIGKILL'): void {
  if (entryOf(entry.pid)?.startTicks !== entry.startTicks) return
  try {
    process.kill(entry.pid, name)
  } catch (error) {
    // EPERM: it runs as somebody else; the caller sees it among what is left.
    if (!isErrno(error, 'ESRCH', 'EPERM')) throw error
  }
}

/** This process and those above it: never part of anything we end. */
export function ownLine(entries: readonly ProcessEntry[]): ReadonlySet<number> {
  const parents = new Map(entries.map((entry) => [entry.pid, entry.parent]))
  const line = new Set<number>()
  for (
    let pid: number | undefined = process.pid;
    pid !== undefined && pid > 0 && !line.has(pid);
    pid = parents.get(pid)
  ) {
    line.add(pid)
  }
  return line
}

/** `seeds` and everything below them. */
export function withDescendants(
  entries: readonly ProcessEntry[],
  seeds: Iterable<ProcessEntry>,
): Map<number, ProcessEntry> {
  const found = new Map([...seeds].map((entry) => [entry.pid, entry]))
  for (let size = -1; size !== found.size; ) {
    size = found.size
    for (const entry of entries) if (found.has(entry.parent)) found.set(entry.pid, entry)
  }
  return found
}

function collect(find: EndTree['find'], known: Map<number, ProcessEntry>): ProcessEntry[] {
  const entries = listProcesses()
  const current = new Map(entries.map((entry) => [entry.pid, entry]))
  for (const [pid, entry] of known) if (current.get(pid)?.startTicks !== entry.startTicks) known.delete(pid)
  const own = ownLine(entries)
  const seeds = [...find(entries), ...known.values()].filter((entry) => !own.has(entry.pid))
  for (const [pid, entry] of withDescendants(entries, seeds)) if (!own.has(pid)) known.set(pid, entry)
  return [...known.values()]
}
