import type { MetricSource } from '../../src/domain/check.ts'
import { get } from '../network/get.ts'
import { httpAddress } from '../network/http-address.ts'
import type { Reading, Series } from './metric.ts'
import type { Probing } from './probing.ts'

type Source = Extract<MetricSource, { from: 'prometheus' }>

/**
 * Asks Prometheus for the query's value now (scalar or instant vector). `withAge` asks for the time of the samples too:
 * the time in an instant answer is that of the question. Of a calculation (`sum`, `rate`) Prometheus knows no other
 * time; there only its own staleness, at the first scrape that fails, keeps old samples out.
 */
export async function readPrometheus(source: Source, withAge: boolean, probing: Probing): Promise<Reading> {
  const query = probing.resolve(source.query)
  const found = await ask(source.url, query, probing)
  if (!withAge || !('series' in found)) return found
  if (found.scalar) return { verdict: 'error', got: 'a scalar has no age: ask for a vector, or leave max_age out' }
  // A line of its own for the parenthesis: the query may end in a comment.
  const times = await ask(source.url, `timestamp(${query}\n)`, probing)
  return 'series' in times
    ? { series: found.series.map((one) => ({ ...one, atMs: timeOf(one, times.series) })) }
    : times
}

type Found = Exclude<Reading, { series: unknown }> | { series: readonly Series[]; scalar: boolean }

async function ask(base: string, query: string, probing: Probing): Promise<Found> {
  const address = httpAddress(probing.resolve(base))
  address.url.pathname = `${address.url.pathname.replace(/\/+$/, '')}/api/v1/query`
  address.url.searchParams.set('query', query)
  const reply = await get(address, { signal: probing.signal, limitBytes, accept: 'application/json' })
  if (reply.cut) return { verdict: 'inconclusive', got: 'no data: a reply of more than 1 MB (aggregate the query)' }
  const answer = parse(reply.body)
  // The query itself is wrong: asking again cannot help, and it says nothing about the service.
  if (reply.status === 400 || reply.status === 422) {
    return { verdict: 'error', got: `Prometheus refused the query: ${textOf(answer, 'error')}` }
  }
  if (reply.status !== 200 || fieldOf(answer, 'status') !== 'success') {
    const got = `no data: Prometheus answered with status ${reply.status}`
    return { verdict: 'inconclusive', nothing: 'away', got, evidence: [reply.body] }
  }
  const warnings = fieldOf(answer, 'warnings')
  if (Array.isArray(warnings) && warnings.length > 0) {
    return { verdict: 'inconclusive', got: `no data: Prometheus warns: ${warnings.join('; ')}` }
  }
  return readData(fieldOf(answer, 'data'))
}

const limitBytes = 1024 * 1024

function readData(data: unknown): Found {
  const type = fieldOf(data, 'resultType')
  const result = fieldOf(data, 'result')
  if (type === 'scalar') return readSeries([{ value: result }], true)
  if (type === 'vector' && Array.isArray(result)) return readSeries(result, false)
  return { verdict: 'inconclusive', got: `no data: a ${String(type)}, expected a number` }
}

function readSeries(results: readonly unknown[], scalar: boolean): Found {
  const series: Series[] = []
  for (const result of results) {
    const pair = fieldOf(result, 'value')
    const [at, text] = Array.isArray(pair) ? pair : []
    const value = numberOf(text)
    if (typeof at !== 'number' || value === null)
      return { verdict: 'inconclusive', nothing: 'empty', got: 'no data: not a number' }
    series.push({ labels: labelsOf(fieldOf(result, 'metric')), value, atMs: at * 1000 })
  }
  return { series, scalar }
}

/** `timestamp()` drops the metric's name; all other labels tell the series apart. */
function timeOf(series: Series, times: readonly Series[]): number | null {
  const seconds = times.find((time) => time.labels === series.labels)?.value
  return seconds === undefined ? null : Math.min(seconds * 1000, series.atMs ?? Infinity)
}

function labelsOf(metric: unknown): string {
  const labels = Object.entries(metric ?? {}).filter(([name]) => name !== '__name__')
  return labels.length === 0 ? '' : `{${labels.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`
}

function numberOf(text: unknown): number | null {
  if (typeof text !== 'string' || text === '') return null
  if (/^[+-]?Inf$/.test(text)) return text.startsWith('-') ? -Infinity : Infinity
  const value = Number(text)
  return Number.isNaN(value) && text !== 'NaN' ? null : value
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return null
  }
}

function textOf(record: unknown, key: string): string {
  return String(fieldOf(record, key) ?? 'without a reason')
}

function fieldOf(record: unknown, key: string): unknown {
  if (typeof record !== 'object' || record === null) return undefined
  return Object.getOwnPropertyDescriptor(record, key)?.value
}
