import type { HostRecord, RollbackTarget } from '../../src/domain/host.ts'
import { type Reason, reasonLine } from '../../src/domain/reason.ts'
import { endBadly, endWithoutChange } from '../end.ts'
import { isAdditive } from '../gate/rehearsal.ts'
import { ask } from '../people/ask.ts'
import { keepRecords } from '../record/records.ts'
import { Trouble } from '../run/interrupt.ts'
import { enterPhase, note, type Run } from '../run/run.ts'
import { show } from '../run/show.ts'
import { reasonFrom } from '../run/trouble.ts'
import type { Way } from './back.ts'
import type { RollbackReport } from './report.ts'
import { rollBack } from './rollback.ts'

/** The way forward has ended: what was changed goes back; where nothing was, the run only says why. */
export async function turnBack(run: Run, error: unknown): Promise<never> {
  const reason = reasonFrom(run, error)
  return hasChanged(run) ? await goBack(run, reason) : await endWithoutChange(run, reason)
}

function hasChanged({ done }: Run): boolean {
  return done.stopped.size > 0 || done.migrating || done.switched.size > 0
}

/** Brings back what this deployment changed, and ends the run as ROLLED_BACK or ROLLBACK_FAILED. */
async function goBack(run: Run, reason: Reason): Promise<never> {
  run.reason = reason
  run.outcome = null
  if (reason.kind === 'reset') return await endReset(run, reason)
  const lastCheck =
    reason.kind === 'not_verified' || reason.kind === 'fell_ill' ? 'FAILED' : run.live.since === null ? null : 'PASSED'
  enterPhase(run, 'rollback', `rolling back: ${reasonLine(reason)}`)
  keepRecords(run)
  const report = await takeBack(run, byWhom(reason))
  return await endBadly(run, {
    outcome: report.complete ? 'ROLLED_BACK' : 'ROLLBACK_FAILED',
    reason,
    changed: true,
    lastCheck,
    release: run.plan.release,
    live: report.complete ? report.live : null,
    marker: report.marker,
    undone: report.undone,
    rolledBack: null,
    records: report.complete ? report.records : new Map(),
  })
}

/** Undoes everything this run has done, to its own restore points. `by`: who wanted it, or `belay`. */
export async function takeBack(run: Run, by: string): Promise<RollbackReport> {
  return await rollBack(run, wayBackOf(run, by)).catch(async (error: unknown) => {
    if (error instanceof Trouble && error.reason.kind === 'reset') return await endReset(run, error.reason)
    throw error
  })
}

/** What this run has noted as done, and its own restore points to go back to. */
function wayBackOf(run: Run, by: string): Way {
  const { hosts } = run.plan
  return {
    undone: {
      hosts,
      switched: [...run.done.switched],
      stopped: [...run.done.stopped],
      migrated: run.done.migrating,
      additive: isAdditive(run),
      only: 'all',
    },
    targets: byHost(hosts, (host) => targetOf(run, host)),
    current: byHost(hosts, (host) => run.hostStates.get(host)?.records[0]),
    earlier: new Map(hosts.map((host) => [host, recordsBefore(run, host)])),
    migrations: [...run.done.migrations].reverse(),
    catalogBefore: run.done.catalogBefore,
    catalogAfter: run.done.catalogAfter,
    by,
  }
}

function targetOf(run: Run, host: string): RollbackTarget | undefined {
  const point = run.restorePoints.get(host)
  if (!point) return undefined
  const { record, migrations, catalog } = point
  return { over: [run.plan.deployment], record, migrations, catalog }
}

/** Hosts without any are left out. */
function byHost<T>(hosts: readonly string[], of: (host: string) => T | undefined): Map<string, T> {
  return new Map(
    hosts.flatMap((host) => {
      const one = of(host)
      return one === undefined ? [] : [[host, one]]
    }),
  )
}

function recordsBefore(run: Run, host: string): readonly HostRecord[] {
  return (run.hostStates.get(host)?.records ?? []).slice(1)
}

function byWhom(reason: Reason): string {
  const asked = reason.kind === 'aborted' || reason.kind === 'rollback_requested' || reason.kind === 'rejected'
  return asked ? reason.by : 'belay'
}

/**
 * This run is a copy: the workflow was reset, and the hosts obey only the run that claimed them. It can neither go on
 * nor go back, so it asks, and changes nothing.
 */
async function endReset(run: Run, reason: Reason): Promise<never> {
  note(run, 'failure', reasonLine(reason))
  show(run)
  await ask(run, {
    question: 'reset',
    text: `${reasonLine(reason)}. Nothing was changed by this run. Answer give_up to end it; then look at the host with belay status.`,
    answers: ['give_up'],
  })
  return await endWithoutChange(run, reason)
}
