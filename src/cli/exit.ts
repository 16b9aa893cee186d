import { CommanderError } from 'commander'
import type { RunEnd } from '../domain/end/run-end.ts'
import { exitCodeOf } from '../domain/outcome.ts'
import type { Shell } from './shell/shell.ts'

/** Exit codes beyond a run's outcome. */
export const exitCodes = {
  done: 0,
  /** `check`, `marker`, `notify`, `rehearse`, `watchdog`, a worker that refuses to start: it was looked at, and something is wrong. */
  failed: 1,
  usage: 2,
  refused: 10,
  /** A rollback failed, or waits for a decision. */
  halfWay: 12,
  stillRunning: 20,
  unreachable: 69,
  defect: 70,
  busy: 75,
  detached: 130,
} as const

/** The code a finished run stands for; held, locked and frozen environments are `busy`: try again later. */
export function exitCodeOfEnd(end: Pick<RunEnd, 'outcome' | 'startedAs' | 'reason' | 'wayBackMs'>): number {
  if (end.outcome === 'REFUSED' && isHeld(end.reason)) return exitCodes.busy
  return exitCodeOf(end.outcome, end.startedAs, end.wayBackMs)
}

/** Whatever else is missing at the gate: until the lock, the freeze or the peak ends, nothing can be done about it. */
function isHeld(reason: RunEnd['reason']): boolean {
  if (reason?.kind === 'gate') return reason.items.some(({ item }) => holds.has(item))
  return reason?.kind === 'locked'
}

const holds: ReadonlySet<string> = new Set(['lock', 'freeze', 'peak_hours'])

/** Says what went wrong and answers with the exit code for it. By name: the classes are loaded with their commands. */
export async function exitWith(shell: Shell, error: unknown): Promise<number> {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (!(error instanceof Error)) return defect(shell, error)
  const code = codeByName[error.name]
  if (code === undefined) return defect(shell, error)
  if (error.name === 'WrongConfiguration')
    (await import('./wrong-configuration.ts')).sayWrongConfiguration(shell, error)
  else shell.say(error.message)
  return code
}

const codeByName: Readonly<Record<string, number>> = {
  Usage: exitCodes.usage,
  NotWritten: exitCodes.usage,
  WrongConfiguration: exitCodes.usage,
  Refused: exitCodes.refused,
  Busy: exitCodes.busy,
  Held: exitCodes.busy,
  Unreachable: exitCodes.unreachable,
  UnknownEnd: exitCodes.defect,
  ReplayRefused: exitCodes.failed,
}

function defect(shell: Shell, error: unknown): number {
  const text = error instanceof Error ? (shell.environment.BELAY_DEBUG ? error.stack : error.message) : String(error)
  shell.say(`belay: ${text ?? 'unknown error'}`)
  shell.say('A defect or an unexpected answer. Next: the same command with BELAY_DEBUG=1 shows where; belay doctor')
  return exitCodes.defect
}
