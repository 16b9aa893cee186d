import type { MetricCondition, Nothing, Probe } from '../../src/domain/check.ts'
import { errorWords } from '../network/error-words.ts'
import { expectationOf } from './expectation.ts'
import type { Answer, Probing } from './probing.ts'
import { readPrometheus } from './prometheus.ts'
import { readPage } from './scrape.ts'

type MetricProbe = Extract<Probe, { kind: 'metric' }>

/** One value of a metric. `labels`: as Prometheus prints them. `atMs`: null when the source does not say. */
export type Series = { labels: string; value: number; atMs: number | null }

/** What a source of metrics answered; a problem of the source is never a statement about the service. */
export type Reading =
  | { series: readonly Series[] }
  | { verdict: 'inconclusive' | 'error'; nothing?: Nothing; got: string; evidence?: readonly string[] }

/**
 * Reads a metric; every series must satisfy the condition. No series, NaN, infinity, a warning, a sample that is too old
 * or from before the release, a source that does not answer: no data, which is never health.
 */
export async function probeMetric(probe: MetricProbe, probing: Probing): Promise<Answer> {
  const expected = expectationOf(probe)
  const reading = await read(probe, probing)
  if (!('series' in reading)) return { expected, ...reading }
  return { expected, ...judge(probe, reading.series, probing) }
}

async function read({ source, maxAgeMs }: MetricProbe, probing: Probing): Promise<Reading> {
  try {
    return source.from === 'prometheus'
      ? await readPrometheus(source, maxAgeMs !== null, probing)
      : await readPage(source, probing)
  } catch (error) {
    probing.signal.throwIfAborted()
    // A missing reference or a malformed address: the check itself cannot run.
    if (error instanceof TypeError || (error instanceof Error && error.name === 'MissingReference')) throw error
    return { verdict: 'inconclusive', nothing: 'away', got: `no data: ${errorWords(error)}` }
  }
}

function judge(probe: MetricProbe, series: readonly Series[], probing: Probing): Omit<Answer, 'expected'> {
  if (series.length === 0) return { verdict: 'inconclusive', nothing: 'empty', got: 'no data: no series' }
  const judged = series.map((one) => ({ one, problem: problemOf(probe, one, probing) }))
  const known = judged.flatMap(({ one, problem }) => (problem === null ? [one] : []))
  // A value that is known to be bad is not made better by another one that is unknown.
  const bad = known.filter((one) => !satisfies(one.value, probe.condition))
  if (bad.length > 0)
    return { verdict: 'failed', got: told(bad), evidence: bad.length === 1 ? [] : bad.slice(0, 5).map(line) }
  const problem = judged.find((one) => one.problem !== null)?.problem
  if (problem)
    return { verdict: 'inconclusive', nothing: 'empty', got: problem, evidence: series.slice(0, 5).map(line) }
  return { verdict: 'passed', got: told(series) }
}

function problemOf(probe: MetricProbe, { value, atMs, labels }: Series, probing: Probing): string | null {
  if (!Number.isFinite(value)) return `no data: ${value}${labels}`
  if (probe.maxAgeMs === null) return null
  if (atMs === null) return probe.source.from === 'scrape' ? null : 'no data: a value of unknown age'
  const ageMs = probing.clock().getTime() - atMs
  if (ageMs > probe.maxAgeMs) return `no data: the sample is ${Math.round(ageMs / 1000)} s old${labels}`
  if (ageMs < -60_000) return `no data: the sample is ${Math.round(-ageMs / 1000)} s ahead of the clock${labels}`
  const since = probing.context.liveSince
  if (since !== null && atMs < Date.parse(since)) return `no data: the sample is from before the release${labels}`
  return null
}

function satisfies(value: number, condition: MetricCondition): boolean {
  if ('equals' in condition) return value === condition.equals
  const [min, max] = ['min' in condition ? condition.min : -Infinity, 'max' in condition ? condition.max : Infinity]
  return value >= min && value <= max
}

function told(series: readonly Series[]): string {
  const [first, ...more] = series.map(({ value, labels }) => `${value}${labels}`)
  return more.length === 0 ? `${first}` : `${first} and ${more.length} more`
}

function line({ labels, value }: Series): string {
  return `${labels || 'value'} ${value}`
}
