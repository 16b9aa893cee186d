import type { MetricSource } from '../../src/domain/check.ts'
import { get } from '../network/get.ts'
import { httpAddress } from '../network/http-address.ts'
import type { Reading } from './metric.ts'
import type { Probing } from './probing.ts'
import { MalformedPage, parseTextFormat, type TextSample } from './text-format.ts'

type Source = Extract<MetricSource, { from: 'scrape' }>

/** Reads a `/metrics` page directly. A page that is cut short or broken is no data as a whole. */
export async function readPage(source: Source, probing: Probing): Promise<Reading> {
  const address = httpAddress(probing.resolve(source.url))
  const reply = await get(address, { signal: probing.signal, limitBytes, accept: 'text/plain;version=0.0.4' })
  // A server in trouble gives no page; any other answer is one without the metric.
  const nothing = reply.status >= 500 ? 'away' : 'empty'
  if (reply.status !== 200) return { ...noData(`status ${reply.status}`, reply.body), nothing }
  if (reply.cut) return noData('a page of more than 4 MB')
  try {
    const samples = parseTextFormat(reply.body, reply.contentType.includes('openmetrics') ? 1000 : 1)
    const found = samples.filter((sample) => isAsked(sample, source))
    return { series: found.map(({ labels, value, atMs }) => ({ labels: print(labels), value, atMs })) }
  } catch (error) {
    if (!(error instanceof MalformedPage)) throw error
    return noData(error.message, error.line)
  }
}

const limitBytes = 4 * 1024 * 1024

function isAsked(sample: TextSample, source: Source): boolean {
  const labels = Object.entries(source.labels)
  return sample.name === source.metric && labels.every(([name, value]) => sample.labels.get(name) === value)
}

function print(labels: ReadonlyMap<string, string>): string {
  if (labels.size === 0) return ''
  return `{${[...labels].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}}`
}

function noData(why: string, ...evidence: string[]) {
  return { verdict: 'inconclusive', got: `no data: ${why}`, evidence } as const
}
