import { CancellationScope } from '@temporalio/workflow'
import type { AppliedMigration } from '../src/domain/host.ts'
import { type Marker, markerFor, markerText } from '../src/domain/marker.ts'
import type { DatabasePlan } from '../src/domain/plan.ts'
import { isAdditive } from './gate/rehearsal.ts'
import { act, onHost } from './proxies.ts'
import { releaseDirectoryOf, sourceOf } from './restore-points.ts'
import { Trouble, throwIfInterrupted } from './run/interrupt.ts'
import type { Live } from './run/live.ts'
import { enterPhase, note, now, orderFor, type Run, tick } from './run/run.ts'
import { evidenced, named } from './run/trouble.ts'

/**
 * Makes the release live: migrations, then on each host configuration, code and marker in one journaled switch, then
 * the processes. What is about to change is noted in `run.done` *before* it is changed. A step that has begun is never
 * torn down: an interruption is obeyed between steps.
 */
export async function release(run: Run): Promise<void> {
  enterPhase(run, 'release', `${run.plan.release.version} goes live`)
  run.live.markerText = markerText(newMarker(run))
  await step(run, () => stopForDowntime(run))
  await step(run, () => migrate(run))
  for (const host of run.plan.hosts) {
    await step(run, () => evidenced(run, 'during.marker_created', () => switchRelease(run, host)))
    await step(run, () => evidenced(run, 'during.application_started', () => restart(run, host)))
  }
  await step(run, () => evidenced(run, 'during.workers_started', () => startWorkers(run)))
  run.live.since = now()
}

async function step(run: Run, work: () => Promise<void>): Promise<void> {
  throwIfInterrupted(run)
  await CancellationScope.nonCancellable(work)
}

/** One timestamp for all hosts. */
function newMarker(run: Run): Marker {
  return markerFor(run.plan, run.plan.release, new Date(Date.now()), run.plan.performer)
}

async function stopForDowntime(run: Run): Promise<void> {
  const { database, layout } = run.plan
  if (!database || !layout.downtime || isAdditive(run)) return
  for (const host of run.plan.hosts) {
    run.done.stopped.add(host)
    await stopAll(run, host, 'the old release, for the migrations')
  }
}

export async function stopAll(run: Run, host: string, what: string): Promise<void> {
  const row = { id: `stop:${host}`, summary: `${what} on ${host}` }
  const input = { order: orderFor(run, host), processes: run.plan.layout.processes, releaseDirectory: null }
  const proof = await named('stopProcesses', host, () => act(onHost(host, 'patient').stopProcesses, row, input))
  if (proof.proven) return
  const detail = proof.remaining.map((process) => `${process.pid} ${process.command}`).join(', ')
  throw new Trouble({ kind: 'not_proven', what: 'the stop of every process', host, detail: `still running: ${detail}` })
}

async function migrate(run: Run): Promise<void> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) {
    tick(run, 'during.migrations_applied', { state: 'not_applicable', detail: 'no database' })
    return
  }
  if (run.pending.length === 0) {
    tick(run, 'during.migrations_applied', { state: 'passed', via: 'belay', detail: 'none pending; history unchanged' })
    run.done.catalogAfter = run.done.catalogBefore
    return
  }
  const { applied, failure } = await applyPending(run, host, database)
  if (failure) {
    tick(run, 'during.migrations_applied', { state: 'failed', via: 'belay', detail: failure.message })
    const message = `${failure.migration ?? 'migrations'}: ${failure.message}`
    throw new Trouble({ kind: 'step_failed', step: 'migrate', host, message })
  }
  const detail = `applied and found in the history: ${applied.join(', ')}`
  tick(run, 'during.migrations_applied', { state: 'passed', via: 'belay', detail })
}

async function applyPending(run: Run, host: string, database: DatabasePlan) {
  run.done.migrating = true
  const releaseDirectory = sourceOf(run.live, host)
  // Noted before acting: if the worker dies in between, the rollback looks for exactly these.
  run.done.migrations = ownedBy(run.pending, releaseDirectory, run.snapshot)
  const result = await named('migrate', host, () => {
    const row = { id: 'migrate', summary: `${run.pending.length} on ${host}: ${run.pending.join(', ')}` }
    const input = { order: orderFor(run, host), database, releaseDirectory, pending: run.pending, try: 1 }
    return act(onHost(host, 'patient', database.migrations.timeoutMs).migrate, row, input)
  })
  run.done.migrations = ownedBy(result.applied, releaseDirectory, result.snapshot ?? null)
  run.done.catalogAfter = result.catalogAfter
  return result
}

function ownedBy(names: readonly string[], releaseDirectory: string, snapshot: string | null): AppliedMigration[] {
  const kept = snapshot === null ? {} : { snapshot }
  return names.map((name) => ({ name, releaseDirectory, ...kept }))
}

async function switchRelease(run: Run, host: string): Promise<void> {
  const { plan } = run
  await noteLogPositions(run, run.live, host)
  run.done.switched.add(host)
  const switched = await named('switchRelease', host, () => {
    const row = {
      id: `switch:${host}`,
      summary: `configuration, code and marker of ${plan.release.version} on ${host}`,
    }
    const input = {
      order: orderFor(run, host),
      plan,
      releaseDirectory: releaseDirectoryOf(run.live, host),
      markerText: run.live.markerText,
      try: 1,
    }
    return act(onHost(host, 'patient').switchRelease, row, input)
  })
  run.live.configuration.set(host, switched.configuration)
  noteEdited(run, host, switched.edited)
  tick(run, 'during.marker_created', {
    state: 'passed',
    via: 'belay',
    detail: `${plan.marker.file} on ${[...run.done.switched].join(', ')}`,
  })
}

/** Somebody had changed a file by hand: their bytes are kept beside the restore point, and they are told. */
export function noteEdited(run: Run, host: string, edited: readonly string[]): void {
  if (edited.length > 0) note(run, 'step', `${host}: edited by hand, their bytes are kept: ${edited.join(', ')}`)
}

async function restart(run: Run, host: string): Promise<void> {
  if (!run.done.stopped.has(host)) await stopAll(run, host, 'the old release')
  await startAll(run, run.live, host, 'application')
  tick(run, 'during.application_started', { state: 'passed', via: 'belay', detail: run.started.join(', ') })
}

/** Background workers come after the application, on every host. */
async function startWorkers(run: Run): Promise<void> {
  const workers = run.plan.layout.processes.filter((process) => process.role === 'worker')
  if (workers.length === 0) {
    tick(run, 'during.workers_started', { state: 'not_applicable', detail: 'the service has none' })
    return
  }
  for (const host of run.plan.hosts) {
    await startAll(run, run.live, host, 'worker')
  }
  // Ticked when its own log has moved too: see verify.ts.
}

export async function startAll(run: Run, live: Live, host: string, role: 'application' | 'worker'): Promise<void> {
  const { layout } = live.plan
  const releaseDirectory = releaseDirectoryOf(live, host)
  const names = layout.processes.filter((process) => process.role === role).map((process) => process.name)
  if (names.length === 0) return
  const { started } = await named('startProcesses', host, () => {
    const row = { id: `start ${role}:${host}`, summary: `${names.join(', ')} of ${live.release.version} on ${host}` }
    const input = { order: orderFor(run, host), processes: layout.processes, role, releaseDirectory, env: {} }
    return act(onHost(host, 'patient').startProcesses, row, input)
  })
  run.started = started.map((process) => `${process.process} pid ${process.pid} since ${process.startedAt}`)
  note(run, 'step', `${host}: started ${run.started.join(', ')}`)
}

/** Before a release starts: only lines written from here on count for or against it. */
export async function noteLogPositions(run: Run, live: Live, host: string): Promise<void> {
  const files = logFilesOf(live)
  if (files.length === 0) return
  await named('noteLogPositions', host, () => {
    const row = { id: `log positions:${host}`, summary: `${live.release.version}: only lines from here on count` }
    return act(onHost(host, 'patient').noteLogPositions, row, { order: orderFor(run, host), files })
  })
}

function logFilesOf(live: Live): string[] {
  const files = Object.values(live.plan.checks).flatMap((check) =>
    check.probe.kind === 'log' ? [check.probe.file] : [],
  )
  return [...new Set(files)]
}
