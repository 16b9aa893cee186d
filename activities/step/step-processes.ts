import { environmentOf, type ProcessEntry } from '../process/proc.ts'
import { stepVariable } from './step.ts'

/**
 * Picks every process of one run of a step: those that carry its mark, and those that share a session with one that
 * does (a command always begins a session of its own). `session`: the session of the command running now, if known.
 */
export function stepProcesses(directory: string, session: number | null = null) {
  return (entries: readonly ProcessEntry[]): ProcessEntry[] => {
    const marked = entries.filter((entry) => environmentOf(entry.pid)?.get(stepVariable) === directory)
    const sessions = new Set(marked.map((entry) => entry.session))
    if (session !== null) sessions.add(session)
    const pids = new Set(marked.map((entry) => entry.pid))
    return entries.filter((entry) => pids.has(entry.pid) || sessions.has(entry.session))
  }
}
