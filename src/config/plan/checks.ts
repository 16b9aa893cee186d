import type { CheckSpec, MetricCondition, Probe, WatchedCheck } from '../../domain/check.ts'
import { type VerificationStep, verificationSteps } from '../../domain/checklist.ts'
import type { Plan } from '../../domain/plan.ts'
import { type CheckKind, checkKinds } from '../schema/checks.ts'
import { fill } from '../schema/path.ts'
import type { Settings } from '../schema/settings.ts'
import { logOf } from './release.ts'

type Names = { environment: string; service: string; version: string }
type CheckEntry = Settings['checks'][string]
type WatchEntry = NonNullable<Settings['monitoring']['checks']>[string]
type Entry = CheckEntry | WatchEntry
type Metric = NonNullable<Entry['metric']>

const defaultTimeoutMs = 5_000
const defaultDeadlineMs = 60_000

/** `checks` and the checks that `monitoring.checks` adds, by name. */
export function checksOf(settings: Settings, names: Names): Record<string, CheckSpec> {
  const added = Object.entries(settings.monitoring.checks ?? {}).filter(([, entry]) => kindOf(entry) !== undefined)
  const all: [string, Entry][] = [...Object.entries(settings.checks), ...added]
  return Object.fromEntries(all.map(([name, entry]) => [name, specOf(settings, name, entry, names)]))
}

/** What the window watches: what is named, or every check. */
export function watchedOf(settings: Settings): WatchedCheck[] {
  const { monitoring } = settings
  const named = monitoring.checks ?? Object.fromEntries(Object.keys(settings.checks).map((name) => [name, {}]))
  return Object.entries(named).map(([check, entry]: [string, Partial<WatchEntry>]) => ({
    check,
    intervalMs: entry.interval ?? monitoring.interval,
    failureLimit: entry.failure_limit ?? 1,
  }))
}

export function verificationOf(settings: Settings): Plan['verification'] {
  const answer = (step: VerificationStep): { check: string } | { notApplicable: string } => {
    const given = settings.verification[step]
    return typeof given === 'string' ? { check: given } : { notApplicable: given.not_applicable }
  }
  const [database, pool, api, state, workers, metrics] = verificationSteps
  return {
    [database]: answer(database),
    [pool]: answer(pool),
    [api]: answer(api),
    [state]: answer(state),
    [workers]: answer(workers),
    [metrics]: answer(metrics),
  }
}

function kindOf(entry: Partial<Record<CheckKind, unknown>>): CheckKind | undefined {
  return checkKinds.find((kind) => entry[kind] !== undefined)
}

function specOf(settings: Settings, name: string, entry: Entry, names: Names): CheckSpec {
  const probe = probeOf(settings, name, entry, names)
  return {
    probe,
    from: entry.from ?? placeOf(probe),
    timeoutMs: entry.timeout ?? defaultTimeoutMs,
    deadlineMs: entry.deadline ?? defaultDeadlineMs,
  }
}

function probeOf(settings: Settings, name: string, entry: Entry, names: Names): Probe {
  const databaseUrl = settings.database?.url ?? ''
  if (entry.http !== undefined) {
    const { status, json, max_latency } = entry
    return {
      kind: 'http',
      url: fill(entry.http, names),
      status: status ?? 200,
      json: json ?? null,
      maxLatencyMs: max_latency ?? null,
    }
  }
  if (entry.postgres) {
    const { url, sql, expect } = entry.postgres
    return { kind: 'postgres', url: url ?? databaseUrl, sql: sql ?? null, expect: expect ?? null }
  }
  if (entry.postgres_pool) {
    const { url, max_used, connections } = entry.postgres_pool
    return { kind: 'postgres_pool', url: url ?? databaseUrl, maxUsedRatio: max_used, connections }
  }
  if (entry.metric) return metricOf(settings, name, entry.metric, names)
  if (entry.log) {
    const { file, process, no, recent, within } = entry.log
    const path = file === undefined ? logOf(settings, process ?? '', names) : fill(file, names)
    return { kind: 'log', file: path, absent: no ?? null, present: recent ?? null, withinMs: within ?? null }
  }
  if (entry.command) return { kind: 'command', command: entry.command }
  if (entry.tcp !== undefined) return tcpOf(entry.tcp)
  return entry.process === undefined ? { kind: 'marker' } : { kind: 'process', process: entry.process }
}

/** The check that stands for metrics_collection must see a new sample: at most two intervals old. */
function metricOf(settings: Settings, name: string, metric: Metric, names: Names): Probe {
  const provesCollection = settings.verification.metrics_collection === name
  const maxAgeMs = metric.max_age ?? (provesCollection ? 2 * settings.monitoring.interval : null)
  const condition = conditionOf(metric)
  if (metric.scrape !== undefined) {
    const source = {
      from: 'scrape',
      url: fill(metric.scrape, names),
      metric: metric.name ?? '',
      labels: metric.labels ?? {},
    } as const
    return { kind: 'metric', source, condition, maxAgeMs }
  }
  const url = fill(metric.prometheus ?? settings.prometheus ?? '', names)
  return { kind: 'metric', source: { from: 'prometheus', url, query: metric.query ?? '' }, condition, maxAgeMs }
}

function conditionOf({ equals, min, max }: Metric): MetricCondition {
  if (equals !== undefined) return { equals }
  if (min !== undefined && max !== undefined) return { min, max }
  return min === undefined ? { max: max ?? 0 } : { min }
}

function tcpOf(hostPort: string): Probe {
  const colon = hostPort.lastIndexOf(':')
  return {
    kind: 'tcp',
    host: hostPort.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(hostPort.slice(colon + 1)),
  }
}

/** A localhost address means each host's own. */
function placeOf(probe: Probe): CheckSpec['from'] {
  switch (probe.kind) {
    case 'log':
    case 'process':
    case 'marker':
    case 'command':
      return 'hosts'
    case 'http':
      return isLocal(probe.url) ? 'hosts' : 'worker'
    case 'metric':
      return probe.source.from === 'scrape' && isLocal(probe.source.url) ? 'hosts' : 'worker'
    case 'tcp':
      return isLocal(`tcp://${probe.host}/`) ? 'hosts' : 'worker'
    case 'postgres':
    case 'postgres_pool':
      return 'worker'
  }
}

function isLocal(url: string): boolean {
  return /^[a-z]+:\/\/(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)([:/?#]|$)/i.test(url)
}
