import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf, type World } from './world.ts'

test('an abort before the first change ends the run and changes nothing', async () => {
  const world = await ready()
  const before = await world.tree()
  const plan = world.plan('1.2.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'abort', deployment: plan.deployment, by: 'ann', reason: 'wrong day' })
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED', reason: { by: 'ann', reason: 'wrong day' } })
  expect(await world.tree()).toBe(before)
})

test('an abort while it builds ends the build and changes nothing that is live', async () => {
  const world = await ready()
  await world.say('hold-build', '1.2.0')
  const plan = world.plan('1.2.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await phaseOf(run, (status) => status.phase === 'restore points')
  await run.tell({ name: 'abort', deployment: plan.deployment, by: 'ann', reason: 'wrong day' })
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED' })
  expect(await world.look()).toMatchObject({ serving: '1.1.0', current: '1.1.0' })
  await world.unsay('hold-build', '1.2.0')
  await world.live('1.2.0')
})

test('cancellation in the Temporal UI before the first change ends the run', async () => {
  const world = await ready()
  const run = await world.deploy('1.2.0')
  await phaseOf(run, (status) => status.waitingFor !== null)
  await world.belay.temporal.workflow.getHandle(run.workflowId).cancel()
  expect(await run.end()).toMatchObject({ outcome: 'ABORTED', reason: { by: 'the Temporal UI' } })
})

test('cancellation in the Temporal UI after the change brings everything back', async () => {
  const world = await ready()
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  await world.belay.temporal.workflow.getHandle(run.workflowId).cancel()
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'aborted' } })
  await expectBackAt110(world, 'the Temporal UI')
})

async function ready(): Promise<World> {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  return world
}
