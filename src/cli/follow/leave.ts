import type { Run } from '../../client/client.ts'
import { environmentOf } from '../../client/errors.ts'
import type { RunEnd } from '../../domain/end/run-end.ts'
import { decideCommand, signCommand } from '../../domain/next-command.ts'
import { words } from '../../domain/reason.ts'
import type { RunStatus } from '../../domain/status.ts'
import { openItems } from '../../domain/waiting.ts'
import { exitCodeOfEnd, exitCodes } from '../exit.ts'
import type { Shell } from '../shell/shell.ts'

/** How the answer is wanted. */
export type Asked = { json: boolean }

/** The ways to stop following a run. Each says what is known, names the next command, and answers the exit code. */
export function leaveEnded(shell: Shell, end: RunEnd, asked: Asked): number {
  shell.print(asked.json ? data({ ...end }) : end.sentence)
  return exitCodeOfEnd(end)
}

export function leaveDetached(shell: Shell, run: Run): number {
  const environment = environmentOf(run.workflowId)
  shell.say(`detached; the run goes on. Next: belay watch ${environment}, or belay status ${environment}`)
  return exitCodes.detached
}

/** In a rollback that is "half way"; anywhere else the release itself stands and waits. */
export function leaveAsking(shell: Shell, status: RunStatus, asked: Asked): number {
  const { environment, waitingFor } = status
  if (asked.json) shell.print(data({ ...status }))
  else shell.print(`${environment} waits for a decision: ${waitingFor?.text ?? ''}`)
  const next = nextLine(status)
  if (next !== null) (asked.json ? shell.say : shell.print)(next)
  return status.phase === 'rollback' ? exitCodes.halfWay : exitCodes.stillRunning
}

export function leaveUntaken(shell: Shell, run: Run, silentMs: number, asked: Asked): number {
  const environment = environmentOf(run.workflowId)
  if (asked.json) shell.print(data({ workflowId: run.workflowId, runId: run.runId, outcome: null }))
  shell.say(
    `nobody takes the run: no worker has answered for ${words(silentMs)}; it is kept and goes on with the next one`,
  )
  shell.say(`Next: belay worker (or belay dev), then belay watch ${environment}`)
  return exitCodes.stillRunning
}

/** The hosts are as the outcome says; only Belay's own records are late. */
export function leaveLagging(shell: Shell, status: RunStatus, asked: Asked): number {
  const { environment, outcome, startedAs, release, wayBackMs = null } = status
  if (outcome === null) return exitCodes.stillRunning
  const well =
    wayBackMs === null ? `${release.version} is live on ${environment}` : `way back proven in ${words(wayBackMs)}`
  const why = status.why ?? well
  shell.print(asked.json ? data({ ...status, lagging: true }) : `${outcome}: ${why}`)
  shell.say(`the history is lagging: ${environment} stays busy until the database answers and everything is on record`)
  shell.say(`Next: belay doctor, then belay watch ${environment}`)
  return exitCodeOfEnd({ outcome, startedAs, reason: null, wayBackMs })
}

/** What a person has to type for the run to go on; null: nothing. */
export function nextLine(status: RunStatus): string | null {
  const { environment, waitingFor } = status
  const answers = waitingFor?.answers ?? []
  if (answers.length > 0) return `Next: ${decideCommand(environment, answers)}`
  const items = isEarly(status) ? [] : openItems(status)
  return items.length > 0 ? `Next: ${signCommand(environment, items)}` : null
}

/**
 * The gate still asks everything else, or what is live is still being verified: what is open may be signed, and is asked
 * for once the run says so.
 */
function isEarly({ phase, liveSince, signOff, waitingFor }: RunStatus): boolean {
  if (phase === 'gate') return waitingFor === null
  return liveSince !== null && signOff === null
}

function data(value: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({ schema: 1, ...value }, null, 2)
}
