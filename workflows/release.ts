import { CancellationScope } from '@temporalio/workflow'
import { type Marker, markerFor, markerText } from '../src/domain/marker.ts'
import { isAdditive } from './gate/rehearsal.ts'
import { noteEdited, noteLogPositions, startAll, stopAll } from './hosts/processes.ts'
import { migrate } from './migrate.ts'
import { act, onHost } from './proxies.ts'
import { throwIfInterrupted } from './run/interrupt.ts'
import { releaseDirectoryOf } from './run/live.ts'
import { enterPhase, now, orderFor, type Run, tick } from './run/run.ts'
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
