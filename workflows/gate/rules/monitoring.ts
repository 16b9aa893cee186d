import type { CheckSpec } from '../../../src/domain/check.ts'
import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import {
  type Asked,
  existsWithoutService,
  monitoringAtFirst,
  monitoringNow,
  runsCommand,
  stillToAsk,
  tellsWhetherUp,
} from '../../../src/domain/gate/monitoring.ts'
import { checksFrom, contextFor } from '../../checks-from.ts'
import { act, lookingOnce } from '../../proxies.ts'
import { type Live, newLive } from '../../run/live.ts'
import type { Run } from '../../run/run.ts'
import { messageOf } from '../../run/trouble.ts'

const rule = 'monitoring_active'

/**
 * What will be watched says something before anything changes; asked once, in the slots of watching. Nothing of it is
 * kept: the window counts from its own beginning. Needs to know what the hosts run. Commands come with the release: they
 * are asked once people have signed it, right before the first change.
 */
export async function monitoringRule(run: Run): Promise<Finding[]> {
  const watched = run.plan.monitoring.checks.map(({ check }) => check)
  // An empty list is an ignored safety of its own, and a host that does not answer is said by its own rule.
  if (run.plan.gate.policy === undefined || watched.length === 0 || run.hostStates.size === 0) return []
  if (isFresh(run, watched)) return [held(rule, 'everything that will be watched answered within the last minute')]
  try {
    const found = await (isFirst(run) ? atFirst(run, watched) : asNow(run, watched))
    run.monitoringHeldAtMs = found.active ? Date.now() : null
    if (found.active) return [held(rule, found.why)]
    return [broken(rule, found.why, { next: `belay check ${run.plan.environment}` })]
  } catch (error) {
    return [broken(rule, `the checks could not be asked: ${messageOf(error)}`, { next: 'belay doctor' })]
  }
}

/** Asked at the gate and right before the first change, often seconds apart: the second time tells nothing new. */
function isFresh({ plan, phase, monitoringHeldAtMs }: Run, watched: readonly string[]): boolean {
  if (monitoringHeldAtMs === null || Date.now() - monitoringHeldAtMs > freshMs) return false
  return phase === 'gate' || !watched.some((name) => plan.checks[name] && runsCommand(plan.checks[name]))
}

const freshMs = 60_000

function isFirst({ hostStates }: Run): boolean {
  return [...hostStates.values()].every(({ records }) => records.length === 0)
}

async function atFirst(run: Run, watched: readonly string[]) {
  const { checks } = run.plan
  const now = watched.filter((name) => checks[name] && existsWithoutService(checks[name]))
  const asked = await askEverywhere(run, watched, (name) => now.includes(name))
  return monitoringAtFirst(
    asked,
    watched.filter((name) => !now.includes(name)),
  )
}

async function asNow(run: Run, watched: readonly string[]) {
  const { checks } = run.plan
  const later = run.phase === 'gate' ? watched.filter((name) => checks[name] && runsCommand(checks[name])) : []
  const now = watched.filter((name) => !later.includes(name))
  const asked = await askEverywhere(run, watched, (name, spec) => now.includes(name) || tellsWhetherUp(spec))
  return stillToAsk(monitoringNow(asked, run.plan), later)
}

/** From the worker, and from every host that has a release: a host that is new has nothing to ask about. */
async function askEverywhere(
  run: Run,
  watched: readonly string[],
  wanted: (name: string, spec: CheckSpec) => boolean,
): Promise<Asked[]> {
  const live = liveNow(run)
  const names = Object.entries(run.plan.checks).flatMap(([name, spec]) => (wanted(name, spec) ? [name] : []))
  const places = [null, ...live.releaseDirectories.keys()]
  return (await Promise.all(places.map((host) => askFrom(run, live, host, { names, watched })))).flat()
}

async function askFrom(
  run: Run,
  live: Live,
  host: string | null,
  { names, watched }: { names: readonly string[]; watched: readonly string[] },
): Promise<Asked[]> {
  const checks = checksFrom(live, host, names)
  if (Object.keys(checks).length === 0) return []
  const longestMs = Math.max(...Object.values(checks).map(({ timeoutMs }) => timeoutMs))
  const row = {
    id: `monitoring:${host ?? 'worker'}`,
    summary: `${Object.keys(checks).join(', ')} ${host ? `on ${host} ` : ''}answer, before anything changes`,
  }
  const input = { context: contextFor(run, live, host), checks, untilPassed: false }
  const { samples } = await act(lookingOnce(host, longestMs).runChecks, row, input)
  return samples.flatMap((sample) => {
    const spec = checks[sample.check]
    return spec ? [{ spec, sample, watched: watched.includes(sample.check) }] : []
  })
}

/** What runs now, asked about with the checks of the release that comes. */
function liveNow(run: Run): Live {
  const live = newLive(run.plan)
  for (const [host, { live: found, records }] of run.hostStates) {
    const directory = found.releaseDirectory ?? records[0]?.releaseDirectory
    if (directory !== undefined) live.releaseDirectories.set(host, directory)
  }
  return live
}
