import type { Run } from '../client/client.ts'
import { environmentOf, Unreachable } from '../client/errors.ts'
import type { RunStatus } from '../domain/status.ts'
import { eventLine } from './event-line.ts'
import { type Asked, leaveAsking, leaveDetached, leaveEnded, leaveLagging, leaveUntaken, nextLine } from './leave.ts'
import type { Shell } from './shell.ts'

/** How long a person is kept waiting for what may not come. */
export type Patience = {
  /** Without an answer from any worker. */
  workerMs: number
  /** With a known outcome that is not written down yet. */
  historyMs: number
}

/**
 * Follows a run to its end: one line an event, with its time, and the command to type whenever it waits for a person.
 * Ctrl-C only detaches. It leaves early, and says so, where nobody at this terminal may be there to help: the run waits
 * for a decision, no worker takes it, or only the history is late. Answers with the exit code.
 */
export async function follow(shell: Shell, run: Run, asked: Asked, patience = usualPatience): Promise<number> {
  const left = new AbortController()
  try {
    return await followUntil(left.signal, shell, run, asked, patience)
  } finally {
    // A call that still waits for its answer would keep the process for as long.
    left.abort()
  }
}

async function followUntil(
  left: AbortSignal,
  shell: Shell,
  run: Run,
  asked: Asked,
  patience: Patience,
): Promise<number> {
  const ended = run.end(left).then(
    (end) => ({ kind: 'ended', end }) as const,
    (error: unknown) => ({ kind: 'lost', error }) as const,
  )
  const interrupted = shell.interrupted().then(() => ({ kind: 'detached' }) as const)
  const seen = { seq: 0, next: '', answeredAtMs: performance.now(), outcomeAtMs: 0 }
  for (;;) {
    const now = await Promise.race([ended, interrupted, look(run, left)])
    if (now.kind === 'detached') return leaveDetached(shell, run)
    if (now.kind === 'lost') throw lost(run, now.error)
    const last = now.kind === 'looked' ? now : await Promise.race([look(run, left, 0), interrupted])
    const status = last.kind === 'looked' ? last.status : null
    if (status) tell(shell, status, seen)
    if (now.kind === 'ended') return leaveEnded(shell, now.end, asked)
    if (status && isAsking(status)) return leaveAsking(shell, status, asked)
    const atMs = performance.now()
    if (status) seen.answeredAtMs = atMs
    else if (atMs - seen.answeredAtMs > patience.workerMs) return leaveUntaken(shell, run, patience.workerMs, asked)
    if (!status?.outcome) seen.outcomeAtMs = atMs
    else if (atMs - seen.outcomeAtMs > patience.historyMs) return leaveLagging(shell, status, asked)
  }
}

const usualPatience: Patience = { workerMs: 60_000, historyMs: 10_000 }

/** Often enough to feel live; each look is one query, which writes nothing to the run's history. */
const lookEveryMs = 700

/** A worker that restarts cannot answer for a moment; the run itself goes on. */
async function look(
  run: Run,
  left: AbortSignal,
  afterMs = lookEveryMs,
): Promise<{ kind: 'looked'; status: RunStatus | null }> {
  await new Promise((resolve) => setTimeout(resolve, afterMs))
  return { kind: 'looked', status: await run.status(left).catch(() => null) }
}

function tell(shell: Shell, status: RunStatus, seen: { seq: number; next: string }): void {
  for (const event of status.events.filter((candidate) => candidate.seq > seen.seq)) {
    shell.say(eventLine(event))
    seen.seq = event.seq
  }
  const next = isAsking(status) ? null : nextLine(status)
  if (next !== null && next !== seen.next) shell.say(next)
  seen.next = next ?? ''
}

/** A sign-off is waited for here; an answer may come from somebody else, much later. */
function isAsking({ waitingFor }: RunStatus): boolean {
  return waitingFor !== null && waitingFor.answers.length > 0
}

/** Terminated, or Temporal itself went away: the run's own words are missing either way. */
function lost(run: Run, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'ServiceError') return error
  const next = `a run is kept and goes on when it is back; then: belay watch ${environmentOf(run.workflowId)}`
  return new Unreachable('Temporal', 'TEMPORAL_ADDRESS', next, error)
}
