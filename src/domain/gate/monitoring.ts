import type { CheckSpec, Probe, Sample } from '../check.ts'
import type { Plan } from '../plan.ts'
import { sampleLine } from '../reason.ts'

/** One check that was asked before anything changes, and what it said. */
export type Asked = { spec: CheckSpec; watched: boolean; sample: Sample }

/** Whether everything that will be watched says something now, in words; `missing`: what does not. */
export type Monitoring = { active: boolean; missing: readonly string[]; why: string }

/**
 * Whether the window would have something to look at. A bad answer is an answer: the fix of an ill service must be
 * deployable. So must that of one that is down: its own metrics page need not answer then, and a source beside it that
 * answers with nothing (Prometheus knows no series of a dead service) is alive. A source that is away is not.
 */
export function monitoringNow(
  asked: readonly Asked[],
  plan: Pick<Plan, 'serving' | 'configuration' | 'checks'>,
): Monitoring {
  const own = ownPlaces(plan)
  const down = asked.find(({ spec, sample }) => sample.nothing === 'away' && isOfService(spec, own))
  const silent = asked.filter(({ watched, sample }) => watched && !isData(sample))
  const missing = silent
    .filter((one) => !isExcused(one, own, down !== undefined))
    .map(({ sample }) => sampleLine(sample))
  if (missing.length > 0) return { active: false, missing, why: missing.join('; ') }
  const names = namesOf(asked.filter(({ watched }) => watched))
  if (silent.length === 0) return { active: true, missing, why: names === '' ? '' : `${names} answered` }
  const about = down ? `the service is down (${sampleLine(down.sample)})` : 'the log is there'
  return { active: true, missing, why: `${names} asked; ${about}, so ${namesOf(silent)} cannot say more` }
}

/** Before anything is live only what exists without the service is asked, and it may have nothing yet. */
export function monitoringAtFirst(asked: readonly Asked[], later: readonly string[]): Monitoring {
  const missing = asked
    .filter(({ sample }) => !isData(sample) && sample.nothing !== 'empty')
    .map(({ sample }) => sampleLine(sample))
  if (missing.length > 0) return { active: false, missing, why: missing.join('; ') }
  const now = asked.length > 0 ? `${namesOf(asked)} answered; ` : ''
  const rest = later.length > 0 ? `${later.join(', ')} can answer only when it is live` : 'that is all'
  return { active: true, missing, why: `first release: ${now}${rest}` }
}

/** A source of data that is there before the service is. */
export function existsWithoutService({ probe }: CheckSpec): boolean {
  return probe.kind === 'metric' && probe.source.from === 'prometheus'
}

/** What the release brings to be run on the hosts: nobody has reviewed it while the gate asks. */
export function runsCommand({ probe }: CheckSpec): boolean {
  return probe.kind === 'command'
}

/** `found`, and which of what is watched is still to be asked. */
export function stillToAsk(found: Monitoring, later: readonly string[]): Monitoring {
  if (later.length === 0) return found
  const many = later.length > 1
  const rest = `${later.join(', ')} ${many ? 'are commands' : 'is a command'}, still to be asked right before the first change`
  return { ...found, why: found.why === '' ? rest : `${found.why}; ${rest}` }
}

/** Asked beside what is watched: silence of these is how a service shows that it is down. */
export function tellsWhetherUp({ probe }: CheckSpec): boolean {
  return probe.kind === 'http' || probe.kind === 'tcp' || probe.kind === 'process'
}

function isData({ verdict }: Sample): boolean {
  return verdict === 'passed' || verdict === 'failed'
}

function isExcused({ spec, sample }: Asked, own: Own, down: boolean): boolean {
  switch (sample.nothing) {
    // A line of unknown age: the log is there, and from the restart on its lines are counted.
    case 'empty':
      return down || spec.probe.kind === 'log'
    case 'away':
      return isOfService(spec, own) || (down && spec.probe.kind === 'log')
    case undefined:
      return false
  }
}

/** What stops answering when the service does. Another's address that refuses does not show that. */
function isOfService({ probe, from }: CheckSpec, { said, asked }: Own): boolean {
  switch (probe.kind) {
    case 'process':
      return true
    case 'metric':
      return probe.source.from === 'scrape' && [...said, ...asked].includes(placeOf(probe.source.url))
    case 'http':
    case 'tcp':
      return from === 'hosts' || said.length === 0 || said.includes(placeOfProbe(probe))
    default:
      return false
  }
}

/** Where the service answers: by what says its version and configuration, and by what its checks ask. */
type Own = { said: readonly string[]; asked: readonly string[] }

function ownPlaces({ serving, configuration, checks }: Parameters<typeof monitoringNow>[1]): Own {
  const said = [serving?.http, ...configuration.map(({ loaded }) => loaded?.http)].flatMap((url) => url ?? [])
  const probes = Object.values(checks).map(({ probe }) => probe)
  const asked = probes.flatMap((probe) => (probe.kind === 'http' || probe.kind === 'tcp' ? [placeOfProbe(probe)] : []))
  return { said: said.map(placeOf), asked }
}

function placeOfProbe(probe: Extract<Probe, { kind: 'http' | 'tcp' }>): string {
  return placeOf(probe.kind === 'http' ? probe.url : `http://${probe.host}:${probe.port}`)
}

/** Host and port; an address that is a reference is compared as it stands. */
function placeOf(url: string): string {
  const [, scheme = '', host = url, port] =
    /^(https?):\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]+)(?::(\d+))?/i.exec(url) ?? []
  const name = host.toLowerCase() === 'localhost' ? '127.0.0.1' : host.toLowerCase()
  return `${name}:${port ?? (scheme.toLowerCase() === 'https' ? '443' : '80')}`
}

function namesOf(asked: readonly Asked[]): string {
  return [...new Set(asked.map(({ sample }) => sample.check))].join(', ')
}
