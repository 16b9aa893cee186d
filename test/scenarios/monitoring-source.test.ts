import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { maintenance } from '../../src/client/maintenance.ts'
import { type Behaviour, openReceiver } from '../notify/receiver.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { processesOf } from './processes.ts'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

const answer: Behaviour = (response) =>
  void response.writeHead(200, { 'content-type': 'text/plain' }).end('queue_length 1\n')

test('a watched command runs once people have signed, right before the first change; looking ahead and the gate run none', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.0.0')
  const ran = join(await temporaryDirectory(), 'ran')
  const watchingCommand = (settings: FixtureSettings) => {
    const script = `require('node:fs').appendFileSync(${JSON.stringify(ran)}, 'x')`
    Object.assign(settings.checks, { queue: { command: ['node', '-e', script], timeout: '5s', deadline: '8s' } })
    Object.assign(settings.monitoring.checks, { queue: { interval: '2s' } })
    // A command is a process, and a busy machine starts few of them in the usual second.
    Object.assign(settings.monitoring, { window: '8s', interval: '500ms' })
  }
  const plan = world.plan('1.1.0', watchingCommand)
  const { rules } = await maintenance(world.belay).preview(plan)
  expect(rules.find(({ rule }) => rule === 'monitoring_active')?.why).toBe(
    'health, errors answered; queue is a command, still to be asked right before the first change',
  )
  const run = await world.belay.deploy(plan)
  await phaseOf(run, ({ waitingFor }) => waitingFor?.question === 'sign-off')
  expect(existsSync(ran)).toBe(false)
  await world.signAll(run, plan.deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  expect(existsSync(ran)).toBe(true)

  const failing = world.plan('1.2.0', (settings) => {
    watchingCommand(settings)
    Object.assign(settings.checks, { queue: { command: ['no-such-program'], timeout: '5s', deadline: '8s' } })
  })
  const before = await world.look()
  const second = await world.belay.deploy(failing)
  await phaseOf(second, ({ waitingFor }) => waitingFor?.question === 'sign-off')
  await second.tell({ name: 'signOff', deployment: failing.deployment, item: 'pre.code_reviewed', by: 'ann' })
  const end = await second.end()
  expect(end.sentence).toContain('monitoring_active: queue on local')
  expect((await world.look()).serving).toBe(before.serving)
})

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
  expect(end.sentence).toContain('Next: belay check production')
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
