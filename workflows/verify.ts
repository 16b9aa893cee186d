import { log } from '@temporalio/workflow'
import type { Sample } from '../src/domain/check.ts'
import { sampleLine } from '../src/domain/reason.ts'
import { checksFrom, contextFor } from './checks-from.ts'
import { checkIntegrityAfter } from './integrity.ts'
import { act, onHost, watching } from './proxies.ts'
import { Trouble, throwIfInterrupted } from './run/interrupt.ts'
import { type Live, markerTextOn, releaseDirectoryOf } from './run/live.ts'
import { enterPhase, keepSamples, note, orderFor, type Run, tick } from './run/run.ts'
import { show } from './run/show.ts'
import { named } from './run/trouble.ts'

/**
 * Proves that what was deployed is what answers: all health checks at once, and on every host the version that serves,
 * the configuration it has loaded, and the marker.
 */
export async function verify(run: Run): Promise<void> {
  enterPhase(run, 'verify', 'all health checks at once')
  await proveHealth(run)
  await proveLive(run, run.live)
  tick(run, 'during.configuration_loaded', configurationEvidence(run))
  if (run.items.get('during.workers_started')?.state === 'open') {
    tick(run, 'during.workers_started', { state: 'passed', via: 'belay', detail: run.started.join(', ') })
  }
  await checkIntegrityAfter(run)
  throwIfInterrupted(run)
  show(run)
}

async function proveHealth(run: Run): Promise<void> {
  const samples = await runAllChecks(run, run.live, true)
  throwIfInterrupted(run)
  const failed = samples.filter((sample) => sample.verdict !== 'passed')
  announceVerification(run, failed)
  const state = failed.length > 0 ? 'failed' : 'passed'
  const detail = failed.length > 0 ? failed.map(sampleLine).join('; ') : `${samples.length} checks passed`
  tick(run, 'during.health_checks_passing', { state, via: 'belay', detail })
  if (failed.length > 0) throw new Trouble({ kind: 'not_verified', samples: failed })
}

/** On every host: the version that answers, the configuration it has loaded, the marker read back. */
export async function proveLive(run: Run, live: Live): Promise<void> {
  await Promise.all(
    [...live.releaseDirectories.keys()].flatMap((host) => [
      proveServing(run, live, host),
      proveConfiguration(run, live, host),
      proveMarker(run, live, host),
    ]),
  )
}

/** Every check, from the worker and on every host. `untilPassed`: each may be repeated until its own deadline. */
export async function runAllChecks(
  run: Run,
  live: Live,
  untilPassed: boolean,
  names = Object.keys(live.plan.checks),
): Promise<Sample[]> {
  const places = [null, ...live.releaseDirectories.keys()]
  const found = await Promise.all(places.map((host) => runChecksFrom(run, live, host, { untilPassed, names })))
  const samples = found.flat()
  keepSamples(run, samples)
  return samples
}

async function runChecksFrom(
  run: Run,
  live: Live,
  host: string | null,
  { untilPassed, names }: { untilPassed: boolean; names: readonly string[] },
): Promise<Sample[]> {
  const checks = checksFrom(live, host, names)
  const count = Object.keys(checks).length
  if (count === 0) return []
  const longestMs = Math.max(
    ...Object.values(checks).map((check) => check.timeoutMs + (untilPassed ? check.deadlineMs : 0)),
  )
  const row = {
    id: `checks:${host ?? 'worker'}`,
    summary: `${count} from ${host ?? 'the worker'}: ${Object.keys(checks).join(', ')}`,
  }
  const { samples } = await act(watching(host, longestMs).runChecks, row, {
    context: contextFor(run, live, host),
    checks,
    untilPassed,
  })
  return samples
}

async function proveServing(run: Run, live: Live, host: string): Promise<void> {
  const { serving, layout } = live.plan
  const { release } = live
  const proof = await named('proveServing', host, () => {
    const row = { id: `serving:${host}`, summary: `${release.version} answers on ${host}` }
    const input = {
      order: orderFor(run, host),
      serving,
      processes: [...layout.processes],
      releaseDirectory: releaseDirectoryOf(live, host),
      release,
    }
    return act(onHost(host, 'probe').proveServing, row, input)
  })
  if (!proof.proven)
    throw new Trouble({ kind: 'not_proven', what: `${release.version} serving`, host, detail: proof.detail })
  note(run, 'step', `${host}: ${proof.detail}`)
}

async function proveConfiguration(run: Run, live: Live, host: string): Promise<void> {
  const expected = live.configuration.get(host) ?? []
  if (expected.length === 0) return
  const proof = await named('proveConfiguration', host, () => {
    const row = { id: `configuration:${host}`, summary: `loaded by the service on ${host}` }
    const input = { order: orderFor(run, host), files: [...live.plan.configuration], expected: [...expected] }
    return act(onHost(host, 'probe').proveConfiguration, row, input)
  })
  if (proof.proven) return
  if (run.phase === 'verify')
    tick(run, 'during.configuration_loaded', { state: 'failed', via: 'belay', detail: proof.detail })
  throw new Trouble({ kind: 'not_proven', what: 'the loaded configuration', host, detail: proof.detail })
}

async function proveMarker(run: Run, live: Live, host: string): Promise<void> {
  const row = { id: `read marker:${host}`, summary: `${live.plan.marker.file} on ${host}` }
  const input = { order: orderFor(run, host), file: live.plan.marker.file }
  const found = await named('readMarker', host, () => act(onHost(host, 'probe').readMarker, row, input))
  const got = found.marker === null ? '' : JSON.stringify(found.marker, null, 2)
  if (found.problem === null && markerTextOn(live, host).trim() === got) return
  const detail = found.problem ?? `read back ${got || 'nothing'}`
  if (run.phase === 'verify') tick(run, 'during.marker_created', { state: 'failed', via: 'belay', detail })
  throw new Trouble({ kind: 'not_proven', what: 'the deployment marker', host, detail })
}

function configurationEvidence(run: Run) {
  const none = run.plan.configuration.length === 0
  return none
    ? ({ state: 'not_applicable', detail: 'no configuration files' } as const)
    : ({ state: 'passed', via: 'belay', detail: run.plan.configuration.map((file) => file.target).join(', ') } as const)
}

/** The runbook's own line, once a verification. */
export function announceVerification(run: Run, failed: readonly Sample[]): void {
  const line = `Post-deploy health check: ${failed.length === 0 ? 'PASSED' : 'FAILED'}`
  const about = { deployment: run.plan.deployment, failed: failed.map(sampleLine) }
  if (failed.length === 0) log.info(line, about)
  else log.error(line, about)
  note(run, 'step', line)
}
