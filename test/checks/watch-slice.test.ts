import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, test } from 'vitest'
import type { WatchInput } from '../../activities/checks/watch-slice.ts'
import type { SliceResult } from '../../src/domain/verdict.ts'
import { eventually } from '../support/eventually.ts'
import { activitiesWith, contextOf, reply, serve, specOf } from './fixtures.ts'

type Activities = ReturnType<typeof activitiesWith>

describe('a slice', () => {
  test('ends at its time, every check sampled when it was due', async () => {
    const url = await serve(reply(200, '{}'))
    const start = Date.now()
    const checks = [watched('fast', url, 50), watched('slow', url, 200)]
    const slice = await watch({ checks, until: soon(1_000), resume: { fast: start, slow: start } })
    expect(slice.ended).toBe('time')
    const { fast, slow } = slice.checks
    expect(fast?.passed).toBeGreaterThan(slow?.passed ?? 0)
    expect(slow?.passed).toBeGreaterThanOrEqual(1)
    expect((fast?.dueMs ?? 1) % 50).toBe(0)
    expect((slow?.dueMs ?? 1) % 200).toBe(0)
    expect(fast).toMatchObject({ intervalMs: 50, bad: null, last: { verdict: 'passed' } })
    expect(fast?.data?.firstMs).toBeGreaterThanOrEqual(start)
  })

  test('ends at once with a sample that is not passed, and says which', async () => {
    let asked = 0
    const url = await serve((_, response) => {
      asked++
      response.writeHead(asked < 3 ? 200 : 503).end()
    })
    const slice = await watch({ checks: [watched('health', url, 20)], until: soon(60_000) })
    expect(slice).toMatchObject({ ended: 'bad_sample', checks: { health: { passed: 2, bad: { verdict: 'failed' } } } })
    expect(asked).toBe(3)
  })

  test('a sample without data ends it too, and is no data', async () => {
    const metric = { from: 'prometheus', url: await serve(reply(503, '')), query: 'up' } as const
    const probe = { kind: 'metric', source: metric, condition: { equals: 1 }, maxAgeMs: null } as const
    const checks = [{ name: 'up', spec: specOf(probe), intervalMs: 20 }]
    const slice = await watch({ checks, until: soon(60_000) })
    expect(slice).toMatchObject({ ended: 'bad_sample', checks: { up: { passed: 0, data: null } } })
    expect(slice.checks.up?.bad?.verdict).toBe('inconclusive')
  })

  test('that begins late samples what came due before it, once', async () => {
    let asked = 0
    const url = await serve((_, response) => {
      asked++
      response.end()
    })
    const hour = 3_600_000
    const due = Math.floor(Date.now() / hour) * hour
    const one = { checks: [watched('health', url, hour)], until: soon(30) }
    expect((await watch({ ...one, resume: { health: due - 3 * hour } })).checks.health).toMatchObject({
      passed: 1,
      dueMs: due,
    })
    expect((await watch({ ...one, until: soon(30), resume: { health: due } })).checks.health?.passed).toBe(0)
    expect((await watch({ ...one, until: soon(30) })).checks.health?.passed).toBe(0)
    expect(asked).toBe(1)
  })

  test('a bad sample cuts off a check that just began, but not one that was cut off before', async () => {
    const silent = await serve(() => undefined)
    const bad = await serve(reply(500, ''))
    const checks = [watched('hangs', silent, 20, 600), watched('fails', bad, 20)]
    const first = await watch({ checks, until: soon(60_000) })
    expect(first.checks).toMatchObject({ hangs: { bad: null, dueMs: null }, fails: { bad: { verdict: 'failed' } } })
    const second = await watch({ checks, until: soon(60_000), resume: { hangs: 0 } })
    expect(second.checks).toMatchObject({
      hangs: { bad: { verdict: 'failed', reason: { got: 'no answer within 600 ms' } } },
      fails: { bad: { verdict: 'failed' } },
    })
  })
})

describe('as an activity', () => {
  test('good samples are in the heartbeat, and a retry goes on from there', async () => {
    const url = await serve(reply(200, '{}'))
    const beats: unknown[] = []
    const killed = new MockActivityEnvironment()
    killed.on('heartbeat', (details) => {
      beats.push(details)
      if (beats.length === 3) killed.cancel()
    })
    const input = { context: contextOf(), checks: [watched('health', url, 20)], until: soon(60_000) }
    await expect(runSlice(killed, input)).rejects.toThrow('CANCELLED')
    expect(beats[2]).toMatchObject({ checks: { health: { passed: 3 } } })

    const retried = new MockActivityEnvironment({ attempt: 2, heartbeatDetails: beats[2] })
    const slice = await runSlice(retried, { ...input, until: soon(0) })
    expect(slice).toMatchObject({ ended: 'time', checks: { health: { passed: 3 } } })
    expect(slice.from).toBe(Object(beats[2]).from)
  })

  test('a gap between two attempts is in the result', async () => {
    const url = await serve(reply(200, '{}'))
    const now = Date.now()
    const good = { passed: 7, dueMs: now - 60_000, data: { firstMs: now - 90_000, lastMs: now - 60_000, lostMs: 0 } }
    const heartbeatDetails = { from: new Date(now - 90_000).toISOString(), checks: { health: good } }
    const retried = new MockActivityEnvironment({ attempt: 2, heartbeatDetails })
    const input = { context: contextOf(), checks: [watched('health', url, 100)], until: soon(250) }
    const slice = await runSlice(retried, input)
    expect(slice.checks.health?.passed).toBeGreaterThan(7)
    expect(slice.checks.health?.data?.lostMs).toBeGreaterThan(50_000)
  })

  test('a heartbeat of somebody else is no progress', async () => {
    const environment = new MockActivityEnvironment({ heartbeatDetails: { from: 1, checks: 'none' } })
    const url = await serve(reply(200, '{}'))
    const input = { context: contextOf(), checks: [watched('health', url, 3_600_000)], until: soon(30) }
    expect((await runSlice(environment, input)).checks.health?.passed).toBe(0)
  })

  test('cancelled in the middle of a probe, it lets go of it at once', async () => {
    const environment = new MockActivityEnvironment()
    const open = new Set<unknown>()
    const url = await serve((request) => {
      open.add(request)
      request.socket.on('close', () => open.delete(request))
      environment.cancel()
    })
    const input = { context: contextOf(), checks: [watched('health', url, 20, 50_000)], until: soon(60_000) }
    await expect(runSlice(environment, input)).rejects.toThrow('CANCELLED')
    await eventually('the connection to be closed', () => open.size === 0)
  })
})

function runSlice(environment: MockActivityEnvironment, input: WatchInput): Promise<SliceResult> {
  return environment.run<[WatchInput], SliceResult, Activities['watchSlice']>(activitiesWith().watchSlice, input)
}

function watch(input: Omit<WatchInput, 'context'>): Promise<SliceResult> {
  return activitiesWith().watchSlice({ context: contextOf(), ...input })
}

function watched(name: string, url: string, intervalMs: number, timeoutMs = 5_000) {
  const probe = { kind: 'http', url, status: 200, json: null, maxLatencyMs: null } as const
  return { name, spec: specOf(probe, timeoutMs), intervalMs }
}

function soon(ms: number): string {
  return new Date(Date.now() + ms).toISOString()
}
