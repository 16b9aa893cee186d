import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { freePort } from '../../src/dev/free-port.ts'
import { type Program, startProgram } from '../../src/dev/program.ts'
import type { MetricCondition, Probe, Sample } from '../../src/domain/check.ts'
import { eventually } from '../support/eventually.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { sampleOnce, serve } from './fixtures.ts'

const healthy = ['error_ratio 0.005', 'sessions NaN', 'state{shop="a"} 0', 'state{shop="b"} 0'].join('\n')

test('a good value passes, a bad one fails with the value and the limit', async () => {
  const { url, page } = await scraped(healthy)
  expect(await sampleOnce(metric(url, 'error_ratio', { max: 0.01 }))).toMatchObject({
    verdict: 'passed',
    reason: { expected: '<= 0.01', got: expect.stringMatching(/^0\.005\{/) },
  })
  page.text = healthy.replace('0.005', '0.079')
  expect(await eventuallyNot('passed', metric(url, 'error_ratio', { max: 0.01 }))).toMatchObject({
    verdict: 'failed',
    reason: { expected: '<= 0.01', got: expect.stringMatching(/^0\.079\{/) },
  })
})

test('every series must be good, and the one that is not is named', async () => {
  const { url, page } = await scraped(healthy)
  expect(await sampleOnce(metric(url, 'state', { equals: 0 }))).toMatchObject({ verdict: 'passed' })
  page.text = healthy.replace('state{shop="b"} 0', 'state{shop="b"} 2')
  const ill = await eventuallyNot('passed', metric(url, 'state', { equals: 0 }))
  expect(ill.verdict).toBe('failed')
  expect(ill.reason.got).toMatch(/^2\{.*shop="b"/)
  page.text = healthy.replaceAll('} 0', '} 3')
  const worse = await eventually('both to be bad', async () => {
    const { reason } = await sampleOnce(metric(url, 'state', { equals: 0 }))
    return reason.evidence.length === 2 && reason
  })
  expect(worse.got).toMatch(/^3\{.*\} and 1 more$/)
})

test('what Prometheus does not know, cannot calculate or does not understand is never health', async () => {
  const { url } = await scraped(healthy)
  const verdicts = async (queries: readonly string[], maxAgeMs: number | null = null) =>
    await Promise.all(
      queries.map(async (query) => {
        const sample = await sampleOnce(metric(url, query, { min: -1 }, maxAgeMs))
        return [query, sample.verdict, sample.reason.got]
      }),
    )
  expect(
    await verdicts(['nobody', 'sessions', '1 / 0', 'error_ratio[5s]', '"text"', 'rate(', 'state + on() state']),
  ).toEqual([
    ['nobody', 'inconclusive', 'no data: no series'],
    ['sessions', 'inconclusive', expect.stringMatching(/^no data: NaN\{/)],
    ['1 / 0', 'inconclusive', 'no data: Infinity'],
    ['error_ratio[5s]', 'inconclusive', 'no data: a matrix, expected a number'],
    ['"text"', 'inconclusive', 'no data: a string, expected a number'],
    ['rate(', 'error', expect.stringContaining('unclosed left parenthesis')],
    ['state + on() state', 'error', expect.stringContaining('Prometheus refused the query:')],
  ])
  expect(await verdicts(['error_ratio', 'sum(state) # both', 'scalar(error_ratio)'], 30_000)).toEqual([
    ['error_ratio', 'passed', expect.stringMatching(/^0\.005\{/)],
    ['sum(state) # both', 'passed', '0'],
    ['scalar(error_ratio)', 'error', expect.stringContaining('a scalar has no age')],
  ])
})

test('a target that went away is no data as soon as Prometheus has noticed', async () => {
  const { url, page } = await scraped(healthy)
  page.text = null
  for (const query of ['error_ratio', 'sum(state)']) {
    const gone = await eventually('no series', async () => {
      const sample = await sampleOnce(metric(url, query, { max: 0.01 }, 3_000))
      return sample.reason.got === 'no data: no series' && sample
    })
    expect(gone.verdict).toBe('inconclusive')
  }
})

test('a value that stands still is no data once it is too old', async () => {
  // A time of its own: Prometheus keeps answering with the value for five minutes.
  const { url } = await scraped(`error_ratio 0.005 ${Date.now()}`)
  const old = await eventuallyNot('passed', metric(url, 'error_ratio', { max: 0.01 }, 3_000))
  expect(old.verdict).toBe('inconclusive')
  expect(old.reason.got).toMatch(/^no data: the sample is \d+ s old\{/)
  expect(await sampleOnce(metric(url, 'error_ratio', { max: 0.01 }))).toMatchObject({ verdict: 'passed' })
})

test('a value from before the release says nothing about it', async () => {
  const { url } = await scraped(`error_ratio 0.005 ${Date.now() - 20_000}`)
  const given = (liveSince: number) => ({ context: { liveSince: new Date(liveSince).toISOString() } })
  const probe = metric(url, 'error_ratio', { max: 0.01 }, 60_000)
  const before = await sampleOnce(probe, given(Date.now()))
  expect(before.verdict).toBe('inconclusive')
  expect(before.reason.got).toContain('from before the release')
  expect(await sampleOnce(probe, given(Date.now() - 40_000))).toMatchObject({ verdict: 'passed' })
})

test('a Prometheus that is stopped is no data', async () => {
  const { url, program } = await scraped(healthy)
  expect(await sampleOnce(metric(url, 'error_ratio', { max: 0.01 }))).toMatchObject({ verdict: 'passed' })
  await program.stop()
  expect(await sampleOnce(metric(url, 'error_ratio', { max: 0.01 }))).toMatchObject({
    verdict: 'inconclusive',
    reason: { got: 'no data: connection refused' },
  })
})

function metric(url: string, query: string, condition: MetricCondition, maxAgeMs: number | null = null): Probe {
  return { kind: 'metric', source: { from: 'prometheus', url, query }, condition, maxAgeMs }
}

async function eventuallyNot(verdict: Sample['verdict'], probe: Probe): Promise<Sample> {
  return await eventually(`a sample that is not ${verdict}`, async () => {
    const sample = await sampleOnce(probe)
    return sample.verdict === verdict ? null : sample
  })
}

/** The distribution's Prometheus, which has read this page already and does so every second; null: the page is gone. */
async function scraped(text: string) {
  const page: { text: string | null } = { text }
  const target = await serve((_, response) => {
    response.writeHead(page.text === null ? 503 : 200, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(`${page.text}\n`)
  })
  return { page, ...(await startPrometheus(new URL(target).host)) }
}

async function startPrometheus(target: string): Promise<{ url: string; program: Program }> {
  const directory = await temporaryDirectory()
  const config = join(directory, 'prometheus.yml')
  const address = `127.0.0.1:${await freePort()}`
  const global = { scrape_interval: '1s', scrape_timeout: '1s' }
  const jobs = [{ job_name: 'shop', static_configs: [{ targets: [target] }] }]
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ global, scrape_configs: jobs }))
  const url = `http://${address}`
  const program = await startProgram({
    name: 'prometheus',
    command: [
      'prometheus',
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(directory, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    stopSignal: 'SIGTERM',
    graceMs: 10_000,
    logFile: join(directory, 'log'),
    cwd: directory,
    environment: process.env,
    readyWithinMs: 60_000,
    ready: async () => (await sampleOnce(metric(url, 'up', { equals: 1 }))).verdict === 'passed',
  })
  onTestFinished(() => program.stop())
  return { url, program }
}
