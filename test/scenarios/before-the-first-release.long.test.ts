import { expect, test } from 'vitest'
import { type Behaviour, openReceiver } from '../notify/receiver.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

const body = (text: string): Behaviour => {
  return (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end(text)
}
const nothing = body('{"status":"success","data":{"resultType":"vector","result":[]}}')

test('Prometheus must answer, with nothing if it has nothing; who is on call is asked at a secret address', async () => {
  const prometheus = await openReceiver('', nothing)
  const pager = await openReceiver('/s3cr3t-token', body('{"now":{"name":"ann@example.com"}}'))
  const world = await openWorld({ releases: threeReleases, environment: () => ({ PAGER_URL: pager.url }) })
  const change = (settings: FixtureSettings) => {
    const queue = { metric: { query: 'queue_length', max: 5 }, timeout: '2s', deadline: '5s' }
    Object.assign(settings.checks, { queue })
    Object.assign(settings.monitoring.checks, { queue: {} })
    Object.assign(settings, { prometheus: prometheus.url })
    Object.assign(settings, { on_call: { http: { url: '${env:PAGER_URL}', json: '$.now.name' } } })
  }
  const before = await world.tree()

  await Promise.all([prometheus.stop(), pager.stop()])
  const end = await (await world.deploy('1.0.0', change)).end()
  expect(end.reason).toMatchObject({
    kind: 'gate',
    items: [{ item: 'on_call', why: '${env:PAGER_URL}: connection refused' }, { item: 'monitoring_active' }],
  })
  expect(await world.tree()).toBe(before)

  await Promise.all([prometheus.start(), pager.start()])
  const run = await world.deploy('1.0.0', change)
  const status = await phaseOf(run, ({ waitingFor }) => waitingFor?.question === 'sign-off')
  expect(status.onCall).toMatchObject({ name: 'ann@example.com', source: 'http' })
  expect(pager.deliveries.at(-1)?.path).toBe('/s3cr3t-token')
  expect(JSON.stringify([end, status])).not.toContain('s3cr3t')
})
