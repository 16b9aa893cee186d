import { expect, test } from 'vitest'
import { type Behaviour, openReceiver } from '../notify/receiver.ts'
import { processesOf } from './processes.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

const answer: Behaviour = (response) =>
  void response.writeHead(200, { 'content-type': 'text/plain' }).end('queue_length 1\n')

test('a source of what is watched must answer before anything changes; the service itself may be down', async () => {
  const world = await openWorld({ releases: threeReleases })
  const exporter = await openReceiver('/metrics', answer)
  const watchingQueue = (settings: FixtureSettings) => {
    const queue = { metric: { scrape: exporter.url, name: 'queue_length', max: 5 }, timeout: '2s', deadline: '5s' }
    Object.assign(settings.checks, { queue })
    Object.assign(settings.monitoring.checks, { queue: {} })
  }
  await world.live('1.0.0', watchingQueue)
  const before = await world.tree()

  await exporter.stop()
  const end = await (await world.deploy('1.1.0', watchingQueue)).end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'gate', items: [{ item: 'monitoring_active' }] } })
  expect(end.sentence).toContain('monitoring_active: queue on local: expected <= 5, got no data: connection refused')
  expect(end.sentence).toContain('next: belay check production')
  expect(await world.tree()).toBe(before)
  expect((await world.look()).serving).toBe('1.0.0')

  await exporter.start()
  for (const pid of await processesOf(world.directory)) process.kill(pid, 'SIGKILL')
  expect((await world.look()).serving).toBeNull()
  const plan = world.plan('1.1.0', watchingQueue)
  const fix = await world.belay.deploy(plan)
  await phaseOf(fix, ({ waitingFor }) => waitingFor?.question === 'sign-off')
  await world.signAll(fix, plan.deployment)
  expect(await fix.end()).toMatchObject({ outcome: 'SUCCESS' })
  expect((await world.look()).serving).toBe('1.1.0')
})
