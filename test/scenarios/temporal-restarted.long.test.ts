import { expect, onTestFinished, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { startTemporal } from '../support/own-temporal.ts'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('Temporal goes away in the window: the deadline is kept, and the release is live', async () => {
  const { world, server } = await ready()
  const { run, plan } = await watched(world, '24s', '4s')
  const before = await phaseOf(run, (status) => status.phase === 'watch')
  await server.pause()
  expect((await world.look()).serving).toBe('1.2.0')
  await server.start()
  const after = await phaseOf(run, (status) => status.windowEndsAt !== null)
  expect(after.windowEndsAt).toBe(before.windowEndsAt)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  expect(await world.look()).toMatchObject({
    serving: '1.2.0',
    current: '1.2.0',
    config: { limit: 20 },
    builds: ['1.1.0', '1.2.0'],
  })
  expect(await world.history.readDeployment(plan.deployment)).toMatchObject({ outcome: 'SUCCESS' })
}, 120_000)

test('a release that falls ill while Temporal is away comes back as soon as it is there again', async () => {
  const { world, server } = await ready()
  const { run } = await watched(world, '60s')
  await server.pause()
  await world.say('errors', '1.2.0')
  await server.start()
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'fell_ill', check: 'errors' } })
  await expectBackAt110(world, 'belay')
}, 120_000)

test('Temporal goes away while the release is built: it is built once and goes live', async () => {
  const { world, server } = await ready()
  await world.say('hold-build', '1.2.0')
  const plan = world.plan('1.2.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await eventually('the build to begin', async () => (await world.look()).builds.includes('1.2.0'))
  await server.pause()
  await world.unsay('hold-build', '1.2.0')
  await server.start()
  await world.signAll(run, plan.deployment)
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  expect(await world.look()).toMatchObject({ serving: '1.2.0', builds: ['1.1.0', '1.2.0'] })
}, 120_000)

async function ready() {
  const server = await startTemporal()
  onTestFinished(() => server.stop())
  const world = await openWorld({
    releases: threeReleases,
    temporal: { address: server.address, namespace: 'default' },
  })
  await world.live('1.1.0')
  return { world, server }
}

/** `interval`: so rare that the time without Temporal is no gap, where the deadline must have no reason to move. */
async function watched(world: World, window: string, interval = '500ms') {
  const plan = world.plan('1.2.0', (settings) => {
    Object.assign(settings.monitoring, { window, interval })
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  return { run, plan }
}
