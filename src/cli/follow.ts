import type { Run } from '../client/client.ts'
import type { RunEnd } from '../domain/run-end.ts'
import type { RunEvent, RunStatus } from '../domain/status.ts'
import { exitCodeOfEnd, exitCodes } from './exit.ts'
import type { Shell } from './shell.ts'

/**
 * Follows a run to its end: one line an event, with its time. Ctrl-C only detaches. A run that waits for a decision
 * is left after saying so, because nobody at this terminal may be there to answer.
 */
export async function follow(shell: Shell, run: Run, options: { json: boolean }): Promise<number> {
  const told = { seq: 0, waiting: '' }
  const ended = run.end().then((end) => ({ kind: 'ended', end }) as const)
  const interrupted = shell.interrupted().then(() => ({ kind: 'detached' }) as const)
  for (;;) {
    const next = await Promise.race([ended, interrupted, tick()])
    if (next.kind === 'detached') return detach(shell, run)
    const status = await statusOrNull(run)
    if (status) tell(shell, status, told)
    if (next.kind === 'ended') return finish(shell, next.end, options)
    if (status?.phase === 'rollback' && status.waitingFor) return waiting(shell, status)
  }
}

/** Often enough to feel live; each look is one query, which writes nothing to the run's history. */
const lookEveryMs = 700

function tick(): Promise<{ kind: 'tick' }> {
  return new Promise((resolve) => setTimeout(() => resolve({ kind: 'tick' }), lookEveryMs))
}

/** A worker that restarts cannot answer a query for a moment; the run itself goes on. */
async function statusOrNull(run: Run): Promise<RunStatus | null> {
  try {
    return await run.status()
  } catch {
    return null
  }
}

function tell(shell: Shell, status: RunStatus, told: { seq: number; waiting: string }): void {
  for (const event of status.events.filter((candidate) => candidate.seq > told.seq)) {
    shell.say(eventLine(event))
    told.seq = event.seq
  }
}

export function eventLine(event: RunEvent): string {
  return `${event.at.slice(11, 19)}  ${event.kind.padEnd(8)} ${event.text}`
}

function finish(shell: Shell, end: RunEnd, options: { json: boolean }): number {
  for (const step of options.json ? [] : end.undone) shell.say(`          ${step}`)
  shell.print(options.json ? JSON.stringify(end, null, 2) : end.sentence)
  return exitCodeOfEnd(end)
}

function waiting(shell: Shell, status: RunStatus): number {
  const question = status.waitingFor
  shell.print(`${status.environment} waits for a decision: ${question?.text ?? ''}`)
  shell.print(`Next: belay decide ${status.environment} ${question?.answers.join('|') ?? ''} --reason "..."`)
  return 12
}

function detach(shell: Shell, run: Run): number {
  shell.say(`detached; the run goes on. Follow it again with: belay watch ${run.workflowId.split(':').at(-1) ?? ''}`)
  return exitCodes.detached
}
