import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const wrongDay = { name: 'abort', by: 'ann', reason: 'wrong day' } as const

test('before the first change an abort, or a cancellation in the Temporal UI, ends the run and changes nothing', async () => {
  const world = await ready()
  const before = await world.tree()
  const aborted = await waiting(world)
  await aborted.run.tell({ ...wrongDay, deployment: aborted.deployment })
  expect(await aborted.run.end()).toMatchObject({ outcome: 'ABORTED', reason: { by: 'ann', reason: 'wrong day' } })
  expect(await world.tree()).toBe(before)

  const { run } = await waiting(world)
  await world.belay.temporal.workflow.getHandle(run.workflowId).cancel()
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED', reason: { by: 'the Temporal UI' } })
  expect(await world.tree()).toBe(before)
})

test('an abort while it builds ends the build and changes nothing that is live; a cancellation after the change brings everything back', async () => {
  const world = await ready()
  await world.say('hold-build', '1.2.0')
  const building = await waiting(world)
  const signed = { name: 'signOff', deployment: building.deployment, item: 'pre.code_reviewed', by: 'ann' } as const
  await building.run.tell(signed)
  await phaseOf(building.run, (status) => status.phase === 'restore points')
  await building.run.tell({ ...wrongDay, deployment: building.deployment })
  expect(await building.run.end()).toMatchObject({ outcome: 'ABORTED' })
  expect(await world.look()).toMatchObject({ serving: '1.1.0', current: '1.1.0' })
  await world.unsay('hold-build', '1.2.0')

  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  expect((await world.look()).serving).toBe('1.2.0')
  await world.belay.temporal.workflow.getHandle(run.workflowId).cancel()
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'aborted' } })
  await expectBackAt110(world, 'the Temporal UI')
})

async function ready(): Promise<World> {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  return world
}

/** 1.2.0 at its gate. */
async function waiting(world: World) {
  const { deployment, ...plan } = world.plan('1.2.0')
  const run = await world.belay.deploy({ ...plan, deployment })
  await phaseOf(run, (status) => status.waitingFor !== null)
  return { run, deployment }
}
