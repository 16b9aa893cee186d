import { CancellationScope } from '@temporalio/workflow'
import { adoptedVersion, isAdoption } from '../../src/domain/adoption.ts'
import type { RunEnd } from '../../src/domain/end/run-end.ts'
import type { HostState } from '../../src/domain/host.ts'
import type { Proof } from '../../src/domain/identity/proof.ts'
import { claimed } from '../../src/domain/item-words.ts'
import { adoptCommand } from '../../src/domain/next-command.ts'
import { oneLine } from '../../src/domain/one-line.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { endBadly, endRolledBack } from '../end.ts'
import { claim } from '../hosts/claim.ts'
import { inspect } from '../hosts/inspect.ts'
import { listen } from '../people/listen.ts'
import { proveRequester } from '../people/prove.ts'
import { startRecordLater } from '../record/records.ts'
import type { Left } from '../record/write-down.ts'
import { Trouble } from '../run/interrupt.ts'
import { openRun } from '../run/open-run.ts'
import { enterPhase, type Run } from '../run/run.ts'
import { named, reasonFrom } from '../run/trouble.ts'
import { rollBack } from './rollback.ts'
import { resolveTargets } from './targets.ts'
import { wayByHand } from './way-by-hand.ts'

/** What the client asks for: `plan` is this environment's, with the id of this run in `deployment`. */
export type RollbackRequest = {
  plan: Plan
  /** A version, or `nothing`: what was before the first release. null: the release before the version of record. */
  to: string | null
  only: 'all' | 'database' | 'configuration'
  by: string
  reason: string
  /** Shows that `by` asked for this very rollback; absent: nobody proved it. */
  proof?: Proof
}

/**
 * Brings an earlier release back, days later too: the runbook's three procedures, from what the hosts have kept. Needs
 * neither Postgres of Belay nor git, and is exempt from every rule of the gate. Takes over from a deployment that was
 * terminated half way, once its processes are proven gone.
 */
export async function rollback(request: RollbackRequest): Promise<RunEnd> {
  const run = openRun(request.plan, 'rollback')
  listen(run)
  return await CancellationScope.nonCancellable(() => story(run, request))
}

async function story(run: Run, request: RollbackRequest): Promise<RunEnd> {
  const [by, reason] = [oneLine(request.by), oneLine(request.reason)]
  run.reason = { kind: 'rollback_requested', by, reason }
  enterPhase(run, 'rollback', `rollback of ${request.plan.environment} asked for by ${claimed(by)}: ${reason}`)
  try {
    await proveRequester(run, request)
    if (run.performer?.holds) run.reason = { ...run.reason, claimed: false }
    const states = await inspectAll(run)
    refuseAdoption(run, states)
    const targets = await resolveTargets(run, request, states)
    for (const host of run.plan.hosts) await claim(run, host, true)
    startRecordLater(run)
    const way = await wayByHand(run, request, states, targets)
    const report = await rollBack(run, way)
    return await end(run, request, states, report)
  } catch (error) {
    if (run.outcome !== null) throw error
    return await endBadly(run, untouched(run, error))
  }
}

async function inspectAll(run: Run): Promise<Map<string, HostState>> {
  for (const host of run.plan.hosts) {
    const state = await named('inspectHost', host, () => inspect(run, host, `what ${host} runs and has kept`))
    run.hostStates.set(host, state)
  }
  return run.hostStates
}

/** An adoption has changed nothing to go back from; taking it over would stop what it was about to note. */
function refuseAdoption(run: Run, states: ReadonlyMap<string, HostState>): void {
  for (const [host, { claim }] of states) {
    if (!claim || !isAdoption(claim)) continue
    const next = adoptCommand(run.plan.environment, adoptedVersion(claim))
    const message = `${claim.deployment} is an adoption that did not end; next: ${next}, as before`
    throw new Trouble({ kind: 'preparation_failed', step: 'inspectHost', host, message })
  }
}

async function end(
  run: Run,
  request: RollbackRequest,
  states: ReadonlyMap<string, HostState>,
  report: Awaited<ReturnType<typeof rollBack>>,
): Promise<RunEnd> {
  const taken = takenOff(run, states)
  const left: Left = {
    outcome: report.complete ? 'ROLLED_BACK' : 'ROLLBACK_FAILED',
    reason: run.reason,
    changed: true,
    // Where nothing runs nothing was checked: that is neither PASSED nor FAILED.
    lastCheck: report.complete ? (report.live ? 'PASSED' : null) : 'FAILED',
    release: report.live ?? taken,
    live: report.complete ? report.live : null,
    marker: report.marker,
    undone: report.undone,
    rolledBack: request.only === 'all' ? taken : null,
    only: request.only,
    records: report.complete ? report.records : new Map(),
  }
  return report.complete ? await endRolledBack(run, left) : await endBadly(run, left)
}

/** The release that this rollback took off: the unfinished one whose marker is there, or the version of record. */
function takenOff(run: Run, states: ReadonlyMap<string, HostState>): { version: string; commit: string } {
  const state = states.get(run.plan.hosts[0] ?? '')
  const marker = state?.live.marker
  if (state?.claim && marker) return { version: marker.version, commit: marker.commit }
  return state?.records[0]?.release ?? run.plan.release
}

/** It could not even begin: claims that were taken stay, because what they guard may be unfinished. */
function untouched(run: Run, error: unknown): Left {
  return {
    outcome: 'REFUSED',
    reason: reasonFrom(run, error),
    changed: false,
    lastCheck: null,
    release: run.plan.release,
    live: null,
    marker: null,
    undone: [],
    rolledBack: null,
    records: new Map(),
  }
}
