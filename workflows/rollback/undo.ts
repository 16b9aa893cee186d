import { sampleLine } from '../../src/domain/reason.ts'
import type { RollbackStep } from '../../src/domain/rollback/plan.ts'
import { readMarker } from '../hosts/marker.ts'
import { noteEdited, noteLogPositions, startAll, stopAll } from '../hosts/processes.ts'
import { checkIntegrity } from '../integrity.ts'
import { act, onHost } from '../proxies.ts'
import { Trouble } from '../run/interrupt.ts'
import { markerTextOn } from '../run/live.ts'
import { orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'
import { proveLive, runAllChecks } from '../verify.ts'
import { watchForStability } from '../watch/watch.ts'
import { type Back, tryOf } from './back.ts'
import { revertMigrations } from './revert.ts'
import { offerOnSchema } from './schema.ts'

/** Does one step of a rollback and says in words what was proven; throws when it was not. */
export async function undoStep(run: Run, back: Back, step: RollbackStep): Promise<string> {
  switch (step.kind) {
    case 'stop':
      await stopAll(run, hostOf(step), 'the release that is taken back')
      return 'no process of the service is left'
    case 'switch back':
      return await switchBack(run, back, hostOf(step))
    case 'start':
      return await start(run, back, hostOf(step))
    case 'verify':
      return await verifyBack(run, back)
    case 'revert':
      return await revertMigrations(run, back)
    case 'integrity':
      return await checkIntegrity(run, back)
    case 'application':
      return await checkApplication(run, back)
    case 'stability':
      return await stable(run, back)
  }
}

async function switchBack(run: Run, back: Back, host: string): Promise<string> {
  const target = back.way.targets.get(host)
  if (!target)
    throw new Trouble({ kind: 'step_failed', step: 'switchBack', host, message: 'no restore point was captured' })
  const { plan } = run
  const only = whatGoesBack(back)
  const result = await named('switchBack', host, () => {
    const to = back.live?.release.version ?? 'absence'
    const row = { id: `switch back:${host}`, summary: `configuration, code and marker of ${to} on ${host}` }
    const input = {
      order: orderFor(run, host),
      plan,
      target,
      only,
      markerText: back.live && markerTextOn(back.live, host),
      try: tryOf(back, `switch back:${host}`),
    } as const
    return act(onHost(host, 'patient').switchBack, row, input)
  })
  back.live?.configuration.set(host, result.configuration)
  noteEdited(run, host, result.edited)
  const marker = run.startedAs === 'drill' ? 'its marker' : 'new marker'
  return back.live ? `${back.live.release.version} again, ${marker}` : 'nothing is left; there was nothing before'
}

function whatGoesBack(back: Back): 'all' | 'configuration' | 'marker' {
  switch (back.way.undone.only) {
    case 'all':
      return 'all'
    case 'configuration':
      return 'configuration'
    case 'database':
      return 'marker'
  }
}

async function start(run: Run, back: Back, host: string): Promise<string> {
  if (!back.live) return 'nothing to start: this was the first deployment'
  await noteLogPositions(run, back.live, host)
  await startAll(run, back.live, host, 'application')
  await startAll(run, back.live, host, 'worker')
  return run.started.join(', ')
}

async function verifyBack(run: Run, back: Back): Promise<string> {
  if (!back.live) return await proveAbsence(run)
  back.live.since = new Date(Date.now()).toISOString()
  const samples = await runAllChecks(run, back.live, true)
  const failed = samples.filter((sample) => sample.verdict !== 'passed')
  if (failed.length > 0) throw new Trouble({ kind: 'not_verified', samples: failed })
  await proveLive(run, back.live)
  return `${samples.length} checks passed, ${back.live.release.version} answers, marker and configuration read back`
}

async function proveAbsence(run: Run): Promise<string> {
  for (const host of run.plan.hosts) {
    const found = await named('readMarker', host, () => readMarker(run, host, 'absent, as before the first deployment'))
    // A marker that somebody put there before Belay came is part of what was before.
    const before = run.restorePoints.get(host)?.marker ?? null
    if (found.problem === null && JSON.stringify(found.marker) === JSON.stringify(before)) continue
    const detail = found.problem ?? `found ${JSON.stringify(found.marker)}`
    throw new Trouble({ kind: 'not_proven', what: 'the marker as it was before', host, detail })
  }
  return 'absent again: no process, no marker'
}

async function checkApplication(run: Run, back: Back): Promise<string> {
  if (!back.live) return 'nothing is live'
  const samples = await runAllChecks(run, back.live, true)
  const failed = samples.filter((sample) => sample.verdict !== 'passed')
  if (failed.length > 0) throw new Trouble({ kind: 'not_verified', samples: failed })
  return `${samples.length} checks passed on the schema as it is now: ${samples.map((sample) => sample.check).join(', ')}`
}

async function stable(run: Run, back: Back): Promise<string> {
  if (!back.live) return 'nothing is live'
  const offer = offerOnSchema(run, back)
  const bad = await watchForStability(run, back.live, offer?.taken)
  await offer?.end()
  if (bad) throw new Trouble(bad)
  if (offer?.taken()) return 'watched until somebody decided on the schema; watched anew after that'
  return `watched, no check failed${sampleWords(run)}`
}

function sampleWords(run: Run): string {
  const bad = [...run.samples.values()].filter((sample) => sample.verdict !== 'passed')
  return bad.length === 0 ? '' : `; open: ${bad.map(sampleLine).join('; ')}`
}

function hostOf(step: RollbackStep): string {
  if (step.host === null)
    throw new Trouble({ kind: 'step_failed', step: step.id, host: null, message: 'this step needs a host' })
  return step.host
}
