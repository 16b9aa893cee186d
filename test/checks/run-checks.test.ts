import { MockActivityEnvironment } from '@temporalio/testing'
import { describe, expect, test } from 'vitest'
import { activitiesWith, contextOf, reply, serve, specOf } from './fixtures.ts'

const json = { kind: 'http', status: 200, json: null, maxLatencyMs: null } as const

test('all checks run at once: each waits until the others have asked too', async () => {
  const waiting: (() => void)[] = []
  const url = await serve((_, response) => {
    waiting.push(() => response.end('{}'))
    if (waiting.length === 4) for (const answer of waiting) answer()
  })
  const names = ['database', 'pool', 'api', 'state']
  const checks = Object.fromEntries(names.map((name) => [name, specOf({ ...json, url })]))
  const { samples } = await activitiesWith().runChecks({ context: contextOf(), checks, untilPassed: false })
  expect(samples.map((sample) => [sample.check, sample.verdict])).toEqual(names.map((name) => [name, 'passed']))
})

describe('until it passes', () => {
  test('a check is repeated while the service comes up', async () => {
    let asked = 0
    const url = await serve((_, response) => {
      asked++
      response.writeHead(asked < 3 ? 503 : 200).end()
    })
    const checks = { health: specOf({ ...json, url }) }
    const once = await activitiesWith().runChecks({ context: contextOf(), checks, untilPassed: false })
    expect(once.samples).toMatchObject([{ verdict: 'failed' }])
    const { samples } = await activitiesWith().runChecks({ context: contextOf(), checks, untilPassed: true })
    expect(samples).toMatchObject([{ verdict: 'passed' }])
    expect(asked).toBe(3)
  })

  test('its deadline ends it, with the last sample as the answer', async () => {
    const checks = { health: specOf({ ...json, url: await serve(reply(503, 'starting')) }, 1_000, 700) }
    const { samples } = await activitiesWith().runChecks({ context: contextOf(), checks, untilPassed: true })
    expect(samples).toMatchObject([{ verdict: 'failed', reason: { got: 'status 503', evidence: ['starting'] } }])
  })

  test('a cancelled activity stops asking', async () => {
    const environment = new MockActivityEnvironment()
    const url = await serve((_, response) => {
      response.writeHead(503).end()
      environment.cancel()
    })
    const checks = { health: specOf({ ...json, url }, 1_000, 60_000) }
    const input = { context: contextOf(), checks, untilPassed: true }
    await expect(environment.run(activitiesWith().runChecks, input)).rejects.toThrow('CANCELLED')
  })
})

test('fifty checks that fail at length still make a small result', async () => {
  const url = await serve(reply(500, Array.from({ length: 9 }, () => 'x'.repeat(900)).join('\n')))
  const checks = Object.fromEntries(
    Array.from({ length: 50 }, (_, n) => [`check_${n}`, specOf({ ...json, url }, 20_000)]),
  )
  const result = await activitiesWith().runChecks({ context: contextOf(), checks, untilPassed: false })
  expect(result.samples).toHaveLength(50)
  expect(JSON.stringify(result).length).toBeLessThan(16_000)
})
