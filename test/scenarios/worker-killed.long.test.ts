import { describe, expect, test } from 'vitest'
import type { RunStatus } from '../../src/domain/status.ts'
import { eventually } from '../support/eventually.ts'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

/** SIGKILL at a moment of the story: another worker finishes it, and no command has run twice. */
describe('the worker is killed', () => {
  test.each<[string, (status: RunStatus) => boolean]>([
    ['at the gate', (status) => status.waitingFor !== null],
    ['while it captures restore points', (status) => status.phase === 'restore points'],
    ['while the release goes live', (status) => status.phase === 'release'],
    ['while it verifies', (status) => status.phase === 'verify'],
    ['in the window', (status) => status.phase === 'watch'],
  ])('%s: the release is live all the same, built once', async (_, moment) => {
    const world = await ready()
    const plan = world.plan('1.2.0')
    const run = await world.belay.deploy(plan)
    await sign(world, run, plan.deployment, moment)
    expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
    const now = await world.look()
    expect(now).toMatchObject({
      serving: '1.2.0',
      current: '1.2.0',
      builds: ['1.1.0', '1.2.0'],
      config: { limit: 20 },
    })
    expect(now.migrations).toHaveLength(3)
  })

  test('while it builds: the build goes on without it and is not begun again', async () => {
    const world = await ready()
    await world.say('hold-build', '1.2.0')
    const plan = world.plan('1.2.0')
    const run = await world.belay.deploy(plan)
    await signGate(run, plan.deployment)
    await eventually('the build to begin', async () => (await world.look()).builds.includes('1.2.0'))
    await world.killWorker()
    await world.unsay('hold-build', '1.2.0')
    await world.startWorker()
    await world.signAll(run, plan.deployment)
    expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
    expect((await world.look()).builds).toEqual(['1.1.0', '1.2.0'])
  })

  test('while it rolls back: everything comes back all the same', async () => {
    const world = await ready()
    const plan = world.plan('1.2.0', (settings) => {
      settings.monitoring.window = '60s'
    })
    const run = await world.belay.deploy(plan)
    await world.signAll(run, plan.deployment)
    await phaseOf(run, (status) => status.phase === 'watch')
    await world.say('errors', '1.2.0')
    await phaseOf(run, (status) => status.phase === 'rollback')
    await world.killWorker()
    await world.startWorker()
    expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
    await expectBackAt110(world, 'belay')
  })

  test('in the window: the recorded deadline is the same afterwards', async () => {
    const world = await ready()
    const plan = world.plan('1.2.0', (settings) => {
      // Sampled so rarely that the time without a worker is no gap: the deadline has no reason to move.
      Object.assign(settings.monitoring, { window: '24s', interval: '4s' })
    })
    const run = await world.belay.deploy(plan)
    await world.signAll(run, plan.deployment)
    const before = await phaseOf(run, (status) => status.phase === 'watch')
    await world.killWorker()
    await world.startWorker()
    const after = await phaseOf(run, (status) => status.windowEndsAt !== null)
    expect(after.windowEndsAt).toBe(before.windowEndsAt)
    expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
  })
})

type Run = Awaited<ReturnType<World['deploy']>>

async function sign(world: World, run: Run, deployment: string, moment: (status: RunStatus) => boolean): Promise<void> {
  await phaseOf(run, (status) => status.waitingFor !== null)
  if (moment(await run.status())) {
    await world.killWorker()
    await world.startWorker()
    await world.signAll(run, deployment)
    return
  }
  await signGate(run, deployment)
  await phaseOf(run, moment)
  await world.killWorker()
  await world.startWorker()
  await world.signAll(run, deployment)
}

async function signGate(run: Run, deployment: string): Promise<void> {
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'ann' })
}

async function ready(): Promise<World> {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  return world
}
