import { describe, expect, test } from 'vitest'
import type { CheckSpec, Probe, Sample } from '../../../src/domain/check.ts'
import {
  type Asked,
  existsWithoutService,
  monitoringAtFirst,
  monitoringNow,
  runsCommand,
  stillToAsk,
  tellsWhetherUp,
} from '../../../src/domain/gate/monitoring.ts'

const service = 'http://127.0.0.1:8080'
const health: Probe = { kind: 'http', url: `${service}/health`, status: 200, json: null, maxLatencyMs: null }
const condition = { max: 0 }
const scrape = (url: string): Probe => ({
  kind: 'metric',
  source: { from: 'scrape', url, metric: 'errors', labels: {} },
  condition,
  maxAgeMs: null,
})
const prometheus: Probe = {
  kind: 'metric',
  source: { from: 'prometheus', url: 'http://prometheus:9090', query: 'errors' },
  condition,
  maxAgeMs: null,
}
const log: Probe = { kind: 'log', file: '/var/log/it', absent: null, present: 'done', withinMs: 5_000 }
const partner: Probe = { ...health, url: 'https://partner.example.com/ping' }

type Said = [verdict: Sample['verdict'], nothing?: Sample['nothing']]

function asked(probe: Probe, [verdict, nothing]: Said, watched = true): Asked {
  const spec: CheckSpec = { probe, from: 'worker', timeoutMs: 1, deadlineMs: 1 }
  const reason = { expected: 'health', got: nothing ?? verdict, evidence: [] }
  const check = probe.kind === 'metric' ? probe.source.from : probe.kind
  const sample = {
    check,
    host: null,
    verdict,
    ...(nothing && { nothing }),
    reason,
    at: '2026-11-26T00:00:00Z',
    tookMs: 1,
  }
  return { spec, watched, sample }
}

function judge(...all: Asked[]) {
  const checks = Object.fromEntries(all.map(({ spec }, index) => [`check-${index}`, spec]))
  const serving = { http: `http://localhost:8080/version`, json: '$.version' }
  return monitoringNow(all, { serving, configuration: [], checks })
}

describe('monitoring is active', () => {
  test.each<[string, Asked[]]>([
    ['everything passed', [asked(health, ['passed']), asked(prometheus, ['passed'])]],
    ['an answer is bad: it is an answer', [asked(health, ['failed']), asked(prometheus, ['failed'])]],
    [
      'the service is down: its own page cannot answer',
      [asked(health, ['failed', 'away']), asked(scrape(`${service}/metrics`), ['inconclusive', 'away'])],
    ],
    ['only its own page is asked, and is away', [asked(scrape(`${service}/metrics`), ['inconclusive', 'away'])]],
    [
      'the service is down: Prometheus knows nothing of it',
      [asked(health, ['failed', 'away'], false), asked(prometheus, ['inconclusive', 'empty'])],
    ],
    ['a log whose lines have no time', [asked(log, ['inconclusive', 'empty'])]],
    [
      'the service is down and its log is gone',
      [asked(health, ['failed', 'away']), asked(log, ['inconclusive', 'away'])],
    ],
  ])('where %s', (_, all) => {
    expect(judge(...all)).toMatchObject({ active: true, missing: [] })
  })

  test.each<[string, Asked[]]>([
    ['Prometheus is away', [asked(health, ['passed']), asked(prometheus, ['inconclusive', 'away'])]],
    [
      'Prometheus is away, and the service is down',
      [asked(health, ['failed', 'away']), asked(prometheus, ['inconclusive', 'away'])],
    ],
    [
      'Prometheus has nothing, and the service is up',
      [asked(health, ['passed']), asked(prometheus, ['inconclusive', 'empty'])],
    ],
    [
      'only a partner is down, and Prometheus has nothing',
      [asked(partner, ['failed', 'away']), asked(prometheus, ['inconclusive', 'empty'])],
    ],
    [
      'the page of another program is away',
      [asked(health, ['failed', 'away']), asked(scrape('http://127.0.0.1:9100/metrics'), ['inconclusive', 'away'])],
    ],
    [
      'the page is there without the metric, and the service is up',
      [asked(health, ['passed']), asked(scrape(`${service}/metrics`), ['inconclusive', 'empty'])],
    ],
    ['a check cannot run', [asked(health, ['error'])]],
    ['a check cannot run, and the service is down', [asked(health, ['failed', 'away'], false), asked(log, ['error'])]],
    ['there is no log', [asked(log, ['inconclusive', 'away'])]],
  ])('not where %s', (_, all) => {
    expect(judge(...all)).toMatchObject({ active: false, missing: [expect.any(String)] })
  })

  test('and what was asked, and what is excused, is said in words', () => {
    expect(judge(asked(health, ['passed']), asked(prometheus, ['passed'])).why).toBe('http, prometheus answered')
    const down = judge(asked(health, ['failed', 'away']), asked(prometheus, ['inconclusive', 'empty']))
    expect(down.why).toBe(
      'http, prometheus asked; the service is down (http: expected health, got away), so prometheus cannot say more',
    )
  })
})

test('who is only asked whether the service is up is not told as watched', () => {
  expect(judge(asked(health, ['passed'], false), asked(prometheus, ['passed'])).why).toBe('prometheus answered')
  expect(judge(asked(health, ['passed'], false)).why).toBe('')
})

test.each<[string, string, boolean]>([
  ['https://Shop.example.com/version', 'https://ops@shop.example.com:443/metrics', true],
  ['http://shop.example.com/version', 'http://shop.example.com:80/metrics', true],
  ['http://shop.example.com/version', 'https://shop.example.com/metrics', false],
  ['http://localhost:8080/version', 'http://127.0.0.1:8080/metrics', true],
  ['http://[::1]:8080/version', 'http://[::1]:8080/metrics', true],
  ['http://[::1]:8080/version', 'http://[::1]:9100/metrics', false],
  ['${env:SHOP}', '${env:SHOP}', true],
  ['${env:SHOP}', '${env:OTHER}', false],
])('of a service at %s the page %s is its own: %s', (http, page, own) => {
  const away = asked(scrape(page), ['inconclusive', 'away'])
  const place = { serving: { http, json: '$.version' }, configuration: [], checks: {} }
  expect(monitoringNow([away], place).active).toBe(own)
})

test.each<[string, Probe, Asked['spec']['from'], string | null, boolean]>([
  ['a process that is gone', { kind: 'process', process: 'web' }, 'hosts', service, true],
  ['a port that refuses', { kind: 'tcp', host: '127.0.0.1', port: 8080 }, 'worker', service, true],
  ['a port of another', { kind: 'tcp', host: '127.0.0.1', port: 5432 }, 'worker', service, false],
  ['a port of another, asked from the hosts', { kind: 'tcp', host: '127.0.0.1', port: 5432 }, 'hosts', service, true],
  ['any port, where nobody says where it answers', { kind: 'tcp', host: 'a', port: 1 }, 'worker', null, true],
  ['a source beside it', prometheus, 'hosts', service, false],
])('%s shows that the service is down, or not', (_, probe, from, http, down) => {
  const silent = asked(probe, ['failed', 'away'], false)
  const nothing = asked(prometheus, ['inconclusive', 'empty'])
  const place = { serving: http === null ? null : { http, json: '$.version' }, configuration: [], checks: {} }
  const all = [{ ...silent, spec: { ...silent.spec, from } }, nothing]
  expect(monitoringNow(all, place).active).toBe(down)
})

test.each<[string, Probe, { beside: boolean; command: boolean; up: boolean }]>([
  ['Prometheus', prometheus, { beside: true, command: false, up: false }],
  ['its own page', scrape(`${service}/metrics`), { beside: false, command: false, up: false }],
  ['an address', health, { beside: false, command: false, up: true }],
  ['a log', log, { beside: false, command: false, up: false }],
])('%s is there before the service, comes with the release, tells whether it is up: %j', (_, probe, expected) => {
  const { spec } = asked(probe, ['passed'])
  const [beside, command, up] = [existsWithoutService(spec), runsCommand(spec), tellsWhetherUp(spec)]
  expect({ beside, command, up }).toEqual(expected)
})

describe('what is a command', () => {
  test('is still to be asked, in words', () => {
    const health1 = judge(asked(health, ['passed']))
    expect(stillToAsk(health1, ['queue'])).toEqual({
      active: true,
      missing: [],
      why: 'http answered; queue is a command, still to be asked right before the first change',
    })
    expect(stillToAsk(judge(), ['queue', 'smoke']).why).toBe(
      'queue, smoke are commands, still to be asked right before the first change',
    )
    expect(stillToAsk(health1, [])).toBe(health1)
  })
})

describe('before the first release', () => {
  test('a source that is there may have nothing; the rest is named', () => {
    expect(monitoringAtFirst([asked(prometheus, ['inconclusive', 'empty'])], ['health'])).toEqual({
      active: true,
      missing: [],
      why: 'first release: prometheus answered; health can answer only when it is live',
    })
    expect(monitoringAtFirst([], ['health'])).toMatchObject({
      active: true,
      why: 'first release: health can answer only when it is live',
    })
    expect(monitoringAtFirst([asked(prometheus, ['passed'])], []).why).toBe(
      'first release: prometheus answered; that is all',
    )
  })

  test.each<Said>([['inconclusive', 'away'], ['inconclusive'], ['error']])(
    'a source that says %s %s is none',
    (...said) => {
      expect(monitoringAtFirst([asked(prometheus, said)], [])).toMatchObject({ active: false })
    },
  )
})
