import type { Run } from '../../client/client.ts'
import { environmentOf, Unreachable } from '../../client/errors.ts'
import { type Look, looksAt } from '../../client/looks.ts'
import type { RunStatus } from '../../domain/status.ts'
import { reportToCi } from '../ci/report.ts'
import type { Shell } from '../shell/shell.ts'
import { tellerFor } from '../view/teller-for.ts'
import { type Asked, leaveAsking, leaveDetached, leaveEnded, leaveLagging, leaveUntaken } from './leave.ts'
import { isAsking, type Teller } from './teller.ts'

/** How long a person is kept waiting for what may not come. */
export type Patience = {
  /** Without an answer from any worker. */
  workerMs: number
  /** With a known outcome that is not written down yet. */
  historyMs: number
}

/**
 * Follows a run to its end: a living view on a terminal, elsewhere one line an event with its time; and the command to
 * type whenever it waits for a person. Ctrl-C only detaches. It leaves early, and says so, where nobody at this terminal
 * may be there to help: the run waits for a decision, no worker takes it, or only the history is late. Answers with the
 * exit code.
 */
export async function follow(shell: Shell, run: Run, asked: Asked, patience = usualPatience): Promise<number> {
  const left = new AbortController()
  void shell.interrupted().then(() => left.abort())
  const teller = tellerFor(shell, asked)
  try {
    return await followUntil(left.signal, shell, run, { asked, patience, teller })
  } catch (error) {
    if (!left.signal.aborted) throw lost(run, error)
    teller.close()
    return leaveDetached(shell, run)
  } finally {
    teller.close()
  }
}

type Following = { asked: Asked; patience: Patience; teller: Teller }

async function followUntil(left: AbortSignal, shell: Shell, run: Run, following: Following): Promise<number> {
  const { asked, patience, teller } = following
  const waited = { answeredAtMs: performance.now(), outcomeAtMs: performance.now() }
  for await (const look of looksAt(run, left)) {
    teller.tell(look)
    const leave = wayToLeave(look, waited, patience)
    if (leave === null) continue
    teller.close()
    const code = leave(shell, run, asked)
    await reportToCi(shell, { run, status: look.status, end: look.end, code })
    return code
  }
  throw new Error(`${run.workflowId}: expected its end, got none`)
}

const usualPatience: Patience = { workerMs: 60_000, historyMs: 10_000 }

type Waited = { answeredAtMs: number; outcomeAtMs: number }
type Leave = (shell: Shell, run: Run, asked: Asked) => number

/** null: there is more to come. */
function wayToLeave({ status, end }: Look, waited: Waited, patience: Patience): Leave | null {
  if (end) return (shell, _run, asked) => leaveEnded(shell, end, asked)
  if (status && isAsking(status)) return (shell, _run, asked) => leaveAsking(shell, status, asked)
  const atMs = performance.now()
  if (status) waited.answeredAtMs = atMs
  else if (atMs - waited.answeredAtMs > patience.workerMs) {
    return (shell, run, asked) => leaveUntaken(shell, run, patience.workerMs, asked)
  }
  return isLagging(status, waited, atMs, patience) ? (shell, _run, asked) => leaveLagging(shell, status, asked) : null
}

/** The outcome is told, but not written down for longer than a person likes to look at nothing. */
function isLagging(
  status: RunStatus | null,
  waited: Waited,
  atMs: number,
  { historyMs }: Patience,
): status is RunStatus {
  if (!status?.outcome) waited.outcomeAtMs = atMs
  return status !== null && atMs - waited.outcomeAtMs > historyMs
}

/** Terminated, or Temporal itself went away: the run's own words are missing either way. */
function lost(run: Run, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'ServiceError') return error
  const next = `a run is kept and goes on when it is back; then: belay watch ${environmentOf(run.workflowId)}`
  return new Unreachable('Temporal', 'TEMPORAL_ADDRESS', next, error)
}
