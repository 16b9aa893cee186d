import { describe, expect, test } from 'vitest'
import type { MetricCondition, Probe } from '../../src/domain/check.ts'
import { closedPort, reply, sampleOnce, serve } from './fixtures.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const clock = () => new Date(now)

describe('Prometheus', () => {
  test('a value within the limit passes, one above it fails', async () => {
    const url = await serve(reply(200, vector([[{}, '0.005']])))
    expect(await sampleOnce(query(url, { max: 0.01 }))).toMatchObject({ verdict: 'passed', reason: { got: '0.005' } })
    const ill = await serve(reply(200, vector([[{}, '0.079']])))
    const reason = { expected: '<= 0.01', got: '0.079' }
    expect(await sampleOnce(query(ill, { max: 0.01 }))).toMatchObject({ verdict: 'failed', reason })
  })

  test('limits are part of what is allowed', async () => {
    const url = await serve(reply(200, vector([[{}, '2']])))
    for (const condition of [{ equals: 2 }, { max: 2 }, { min: 2 }, { min: 2, max: 2 }]) {
      expect(await sampleOnce(query(url, condition))).toMatchObject({ verdict: 'passed' })
    }
    for (const condition of [{ equals: 3 }, { max: 1 }, { min: 3 }, { min: 0, max: 1 }, { min: 3, max: 4 }]) {
      expect(await sampleOnce(query(url, condition))).toMatchObject({ verdict: 'failed' })
    }
  })

  test('a scalar is a value too', async () => {
    const url = await serve(
      reply(200, { status: 'success', data: { resultType: 'scalar', result: [now / 1000, '0'] } }),
    )
    expect(await sampleOnce(query(url, { equals: 0 }))).toMatchObject({ verdict: 'passed' })
  })

  test('every series must satisfy the condition, and the one that does not is named', async () => {
    const series: [Record<string, string>, string][] = [
      [{ __name__: 'state', instance: 'a' }, '0'],
      [{ __name__: 'state', instance: 'b' }, '2'],
    ]
    const sample = await sampleOnce(query(await serve(reply(200, vector(series))), { equals: 0 }))
    expect(sample).toMatchObject({ verdict: 'failed', reason: { got: '2{instance="b"}' } })
  })

  test('the query and the path of a Prometheus behind a prefix arrive as they were written', async () => {
    const seen: (string | undefined)[] = []
    const url = await serve((request, response) => {
      seen.push(request.url)
      response.end(JSON.stringify(vector([[{}, '0']])))
    })
    await sampleOnce(query(`${url}/prom/`, { equals: 0 }, { query: 'rate(a{b="c&d"}[1m]) + 1' }))
    const asked = new URL(seen[0] ?? '', 'http://x')
    expect(asked.pathname).toBe('/prom/api/v1/query')
    expect(asked.searchParams.get('query')).toBe('rate(a{b="c&d"}[1m]) + 1')
  })
})

describe('no data is never health:', () => {
  test.each([
    ['an empty vector', vector([])],
    ['NaN', vector([[{}, 'NaN']])],
    ['+Inf', vector([[{}, '+Inf']])],
    ['-Inf', vector([[{}, '-Inf']])],
    [
      'one series of two is NaN',
      vector([
        [{ i: 'a' }, '0'],
        [{ i: 'b' }, 'NaN'],
      ]),
    ],
    ['a warning', { ...vector([[{}, '0']]), warnings: ['query timed out in a replica'] }],
    ['a text', { status: 'success', data: { resultType: 'string', result: [1, '0'] } }],
    ['a matrix', { status: 'success', data: { resultType: 'matrix', result: [] } }],
    ['a histogram', { status: 'success', data: { resultType: 'vector', result: [{ histogram: [1, {}] }] } }],
    ['an empty value', vector([[{}, '']])],
    ['a reply that is not JSON', '<html>login</html>'],
    ['a JSON of something else', { hello: 'world' }],
  ])('%s is inconclusive', async (_, body) => {
    const sample = await sampleOnce(query(await serve(reply(200, body)), { max: 10 }))
    expect(sample.verdict).toBe('inconclusive')
    expect(sample.reason.got).toContain('no data')
  })

  test('a value that is known to be bad stays bad beside one that is unknown', async () => {
    const series = vector([
      [{ i: 'a' }, '99'],
      [{ i: 'b' }, 'NaN'],
    ])
    expect(await sampleOnce(query(await serve(reply(200, series)), { max: 10 }))).toMatchObject({ verdict: 'failed' })
  })

  test('a Prometheus that is away, broken or silent is inconclusive', async () => {
    const away = await sampleOnce(query(`http://127.0.0.1:${await closedPort()}`, { max: 1 }))
    expect(away).toMatchObject({ verdict: 'inconclusive', reason: { got: 'no data: connection refused' } })
    expect(await sampleOnce(query(await serve(reply(503, 'starting')), { max: 1 }))).toMatchObject({
      verdict: 'inconclusive',
    })
    const silent = await sampleOnce(query(await serve(() => undefined), { max: 1 }), { timeoutMs: 200 })
    expect(silent).toMatchObject({ verdict: 'inconclusive', reason: { got: 'no data: no answer within 200 ms' } })
  })

  test('a reply of 40 MB is not read', async () => {
    let sent = 0
    const url = await serve((_, response) => {
      const pump = () => {
        while (sent < 40_000_000 && !response.destroyed) {
          sent += 65_536
          if (!response.write('x'.repeat(65_536))) return
        }
        response.end()
      }
      response.on('drain', pump)
      pump()
    })
    expect(await sampleOnce(query(url, { max: 1 }))).toMatchObject({ verdict: 'inconclusive' })
    expect(sent).toBeLessThan(20_000_000)
  })

  test('a query that Prometheus refuses is an error in the check', async () => {
    const url = await serve(reply(400, { status: 'error', errorType: 'bad_data', error: 'parse error: unexpected )' }))
    const sample = await sampleOnce(query(url, { max: 1 }))
    expect(sample).toMatchObject({ verdict: 'error' })
    expect(sample.reason.got).toContain('parse error')
  })
})

describe('the age of a sample', () => {
  const aged = async (ageMs: number, labels = {}) =>
    await serve((request, response) => {
      const asked = new URL(request.url ?? '', 'http://x').searchParams.get('query')
      const value = asked === 'timestamp(state\n)' ? String((now - ageMs) / 1000) : '0'
      response.end(JSON.stringify(vector([[labels, value]])))
    })

  test('is that of the sample, not that of the question', async () => {
    const stale = await sampleOnce(query(await aged(31_000), { equals: 0 }, {}, 30_000), { clock })
    expect(stale).toMatchObject({ verdict: 'inconclusive', reason: { got: 'no data: the sample is 31 s old' } })
    const fresh = await sampleOnce(query(await aged(30_000), { equals: 0 }, {}, 30_000), { clock })
    expect(fresh.verdict).toBe('passed')
  })

  test('is not asked for where it may be any', async () => {
    expect(await sampleOnce(query(await aged(999_000), { equals: 0 }), { clock })).toMatchObject({ verdict: 'passed' })
  })

  test('is not known of a scalar: the check cannot run', async () => {
    const url = await serve(
      reply(200, { status: 'success', data: { resultType: 'scalar', result: [now / 1000, '0'] } }),
    )
    const sample = await sampleOnce(query(url, { equals: 0 }, {}, 30_000), { clock })
    expect(sample).toMatchObject({ verdict: 'error' })
    expect(sample.reason.got).toContain('a scalar has no age')
  })

  test('a sample from before the release says nothing about it', async () => {
    const context = { liveSince: new Date(now - 5_000).toISOString() }
    const probe = query(await aged(10_000), { equals: 0 }, {}, 30_000)
    expect(await sampleOnce(probe, { clock, context })).toMatchObject({ verdict: 'inconclusive' })
    const after = { liveSince: new Date(now - 15_000).toISOString() }
    expect(await sampleOnce(probe, { clock, context: after })).toMatchObject({ verdict: 'passed' })
  })
})

describe('a metrics page', () => {
  const page = [
    '# HELP system_state_status 0 is healthy',
    '# TYPE system_state_status gauge',
    'system_state_status{service="vpn-shop",note="a \\"b\\" \\\\ {x}"} 0',
    'system_state_status{service="other"} 2 ',
    'http_requests_total 1.027e+03 1772366400000',
  ].join('\n')

  test('is read by name and labels', async () => {
    const url = await serve(reply(200, page))
    const labels = { service: 'vpn-shop' }
    expect(await sampleOnce(scrape(url, { equals: 0 }, 'system_state_status', labels))).toMatchObject({
      verdict: 'passed',
    })
    expect(await sampleOnce(scrape(url, { equals: 0 }, 'system_state_status'))).toMatchObject({ verdict: 'failed' })
    expect(await sampleOnce(scrape(url, { equals: 1027 }, 'http_requests_total'))).toMatchObject({ verdict: 'passed' })
  })

  test('without the metric is no data', async () => {
    expect(await sampleOnce(scrape(await serve(reply(200, page)), { max: 9 }, 'absent'))).toMatchObject({
      verdict: 'inconclusive',
    })
    expect(await sampleOnce(scrape(await serve(reply(200, '')), { max: 9 }, 'absent'))).toMatchObject({
      verdict: 'inconclusive',
    })
  })

  test('with a broken line is no data as a whole', async () => {
    const sample = await sampleOnce(scrape(await serve(reply(200, `${page}\nup {`)), { max: 9 }, 'http_requests_total'))
    expect(sample).toMatchObject({ verdict: 'inconclusive' })
    expect(sample.reason.got).toContain('line 6')
  })

  test('with a time of its own is as old as that', async () => {
    const url = await serve(reply(200, page))
    const at = Date.parse('2026-03-01T12:00:00Z')
    const probe = scrape(url, { min: 0 }, 'http_requests_total', {}, 30_000)
    expect(await sampleOnce(probe, { clock: () => new Date(at + 20_000) })).toMatchObject({ verdict: 'passed' })
    expect(await sampleOnce(probe, { clock: () => new Date(at + 40_000) })).toMatchObject({ verdict: 'inconclusive' })
  })

  test('behind an error status is no data', async () => {
    expect(await sampleOnce(scrape(await serve(reply(500, page)), { max: 9 }, 'http_requests_total'))).toMatchObject({
      verdict: 'inconclusive',
    })
  })
})

function vector(series: [Record<string, string>, string][]) {
  const result = series.map(([metric, value]) => ({ metric, value: [now / 1000, value] }))
  return { status: 'success', data: { resultType: 'vector', result } }
}

function query(url: string, condition: MetricCondition, more = {}, maxAgeMs: number | null = null): Probe {
  return { kind: 'metric', source: { from: 'prometheus', url, query: 'state', ...more }, condition, maxAgeMs }
}

function scrape(
  url: string,
  condition: MetricCondition,
  metric: string,
  labels: Record<string, string> = {},
  maxAgeMs: number | null = null,
): Probe {
  return { kind: 'metric', source: { from: 'scrape', url, metric, labels }, condition, maxAgeMs }
}
