import { CommanderError } from 'commander'
import { exitCodeOf } from '../domain/outcome.ts'
import type { RunEnd } from '../domain/run-end.ts'
import type { Shell } from './shell.ts'

/** Exit codes beyond a run's outcome. */
export const exitCodes = {
  done: 0,
  usage: 2,
  stillRunning: 20,
  unreachable: 69,
  defect: 70,
  busy: 75,
  detached: 130,
} as const

/** The code a finished run stands for; held and locked environments are `busy`: try again later. */
export function exitCodeOfEnd(end: RunEnd): number {
  if (end.outcome === 'REFUSED' && end.reason?.kind === 'locked') return exitCodes.busy
  return exitCodeOf(end.outcome, end.startedAs)
}

/** Says what went wrong and answers with the exit code for it. By name: the classes are loaded with their commands. */
export function exitWith(shell: Shell, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  if (!(error instanceof Error)) return defect(shell, error)
  switch (error.name) {
    case 'Usage':
      shell.say(error.message)
      return exitCodes.usage
    case 'Busy':
      shell.say(`${error.message}. Next: belay watch, or wait until it has ended.`)
      return exitCodes.busy
    case 'Unreachable':
      shell.say(error.message)
      return exitCodes.unreachable
    case 'UnknownEnd':
      shell.say(error.message)
      return exitCodes.defect
    default:
      return defect(shell, error)
  }
}

function defect(shell: Shell, error: unknown): number {
  const text = error instanceof Error ? (shell.environment.BELAY_DEBUG ? error.stack : error.message) : String(error)
  shell.say(`belay: ${text ?? 'unknown error'} (a defect or an unexpected answer; BELAY_DEBUG=1 shows where)`)
  return exitCodes.defect
}
