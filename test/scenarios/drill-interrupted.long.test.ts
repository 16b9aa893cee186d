import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { allowDrills, drillOf, endOfDrill, place } from './drilling.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const by = 'ann@example.com'

test('held a second time a drill leaves every file as it was, and the release can go out after it', async () => {
  const world = await ready()
  expect(await drillOf(world, '1.2.0')).toMatchObject({ outcome: 'ROLLED_BACK', reason: null })
  // Now even the release beside the live one was there before.
  const tree = await world.tree()
  expect(await drillOf(world, '1.2.0')).toMatchObject({ outcome: 'ROLLED_BACK', wayBackMs: expect.any(Number) })
  expect(await world.tree()).toBe(tree)
  await world.live('1.2.0')
})

test('aborted at the gate a drill changes nothing', async () => {
  const world = await ready()
  const tree = await world.tree()
  const plan = world.plan('1.2.0')
  const run = await world.belay.drill(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'abort', deployment: plan.deployment, by, reason: 'wrong day' })
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED', startedAs: 'drill' })
  expect(await world.tree()).toBe(tree)
})

test.each(['abort', 'rollback'] as const)(
  'a message %s in the middle brings everything back, and proves nothing',
  async (name) => {
    const world = await ready()
    const plan = world.plan('1.2.0')
    const run = await world.belay.drill(plan)
    await world.say('ill', '1.2.0')
    const ending = endOfDrill(run, plan)
    await phaseOf(run, (status) => status.phase === 'verify')
    await run.tell({ name, deployment: plan.deployment, by, reason: 'the phone rings' })
    const end = await ending
    expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' }, wayBackMs: null })
    expect(end.sentence).toContain('back at 1.1.0, but not proven')
    await expectBackAt110(world, 'ci@example.com')
    expect(await world.history.listBlocked(place)).toEqual([])
  },
)

test('on the way back nobody stops it any more', async () => {
  const world = await ready()
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.after_rollback = '5s'
  })
  const run = await world.belay.drill(plan)
  const ending = endOfDrill(run, plan)
  await phaseOf(run, (status) => status.phase === 'rollback')
  const told = run.tell({ name: 'abort', deployment: plan.deployment, by, reason: 'too late' })
  await expect(told).rejects.toThrow('the rollback is already running')
  expect(await ending).toMatchObject({ outcome: 'ROLLED_BACK', wayBackMs: expect.any(Number) })
})

test.each(['release', 'verify', 'rollback'] as const)(
  'the worker is killed in phase %s: another one ends the drill, proven',
  async (phase) => {
    const world = await ready()
    const plan = world.plan('1.2.0')
    const run = await world.belay.drill(plan)
    const ending = endOfDrill(run, plan)
    await phaseOf(run, (status) => status.phase === phase)
    await world.killWorker()
    await world.startWorker()
    expect(await ending).toMatchObject({ outcome: 'ROLLED_BACK', reason: null, wayBackMs: expect.any(Number) })
    await expectBackAt110(world, 'ci@example.com')
    expect((await world.look()).builds).toEqual(['1.1.0', '1.2.0'])
  },
)

test('two at once: the second is told who holds the environment', async () => {
  const world = await ready()
  const plan = world.plan('1.2.0')
  const run = await world.belay.drill(plan)
  await expect(world.belay.drill(world.plan('1.2.0'))).rejects.toThrow(/busy/)
  await expect(world.deploy('1.2.0')).rejects.toThrow(/busy/)
  expect(await endOfDrill(run, plan)).toMatchObject({ outcome: 'ROLLED_BACK' })
})

test('a release that fails its own verification is no proven drill', async () => {
  const world = await ready()
  await world.say('ill', '1.2.0')
  const end = await drillOf(world, '1.2.0')
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'not_verified' }, wayBackMs: null })
  await expectBackAt110(world, 'ci@example.com')
})

async function ready(): Promise<World> {
  const world = await openWorld({ releases: threeReleases, change: allowDrills })
  await world.live('1.1.0')
  return world
}
