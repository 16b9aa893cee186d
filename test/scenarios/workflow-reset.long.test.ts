import { expect, test } from 'vitest'
import type { Run } from '../../src/client/client.ts'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { resetTo } from './reset.ts'
import { openWorld, phaseOf } from './world.ts'

test('reset while the release is watched: the host obeys only the first run, nothing changes, and a rollback takes over', async () => {
  const { world, run } = await watched('60s')
  const before = [await world.tree(), await world.look()]
  const copy = await resetTo(world, run, 'migrate')
  const waiting = await phaseOf(copy, (status) => status.waitingFor?.question === 'reset')
  expect(waiting.why).toContain('this run was reset; local refuses its orders')
  expect([await world.tree(), await world.look()]).toEqual(before)

  await giveUp(copy)
  expect(await copy.end()).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'reset' } })
  expect([await world.tree(), await world.look()]).toEqual(before)
  expect(await (await world.rollback()).end()).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  await expectBackAt110(world, 'ann@example.com')
}, 120_000)

test('reset in the window itself: the copy may look, but it never says that the release is live', async () => {
  const { world, run, deployment } = await watched('8s')
  const before = [await world.tree(), await world.look()]
  const copy = await resetTo(world, run, 'watchSlice')
  await phaseOf(copy, (status) => status.waitingFor?.question === 'reset', 45_000)
  await giveUp(copy)
  expect(await copy.end()).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'reset' } })
  expect([await world.tree(), await world.look()]).toEqual(before)
  expect(await world.history.readDeployment(deployment)).toMatchObject({ outcome: null, runId: run.runId })
}, 120_000)

test('a copy that sees the release fall ill cannot take it back: it says so, and a rollback by hand does', async () => {
  const { world, run } = await watched('60s')
  const copy = await resetTo(world, run, 'watchSlice')
  await world.say('errors', '1.2.0')
  await phaseOf(copy, (status) => status.waitingFor?.question === 'reset', 45_000)
  expect((await world.look()).serving).toBe('1.2.0')
  await giveUp(copy)
  await copy.end()
  expect(await (await world.rollback()).end()).toMatchObject({ outcome: 'ROLLED_BACK' })
  await expectBackAt110(world, 'ann@example.com')
}, 120_000)

test.each(['inspectHost', 'migrate', 'switchBack'])(
  'reset after it was rolled back, to %s: the world and the record stay as they are',
  async (activity) => {
    const { world, run, deployment } = await watched('60s')
    await world.say('errors', '1.2.0')
    expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK' })
    const before = [await world.tree(), await world.look(), await world.history.readDeploymentDetails(deployment)]

    const copy = await resetTo(world, run, activity)
    const { waitingFor } = await phaseOf(
      copy,
      (status) => status.outcome !== null || (status.waitingFor !== null && status.waitingFor.question !== 'sign-off'),
    )
    if (waitingFor) await giveUp(copy)
    expect(await copy.end()).toMatchObject({ outcome: 'REFUSED' })
    const after = [await world.tree(), await world.look(), await world.history.readDeploymentDetails(deployment)]
    expect(after).toEqual(before)
    await expectBackAt110(world, 'belay')
    expect(await world.history.readLocks({ service: 'fixture', environment: 'production' })).toEqual([])
  },
  120_000,
)

async function watched(window: string) {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = window
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  return { world, run, deployment: plan.deployment }
}

async function giveUp(copy: Run): Promise<void> {
  const { deployment, waitingFor } = await copy.status()
  const question = waitingFor?.question ?? ''
  await copy.tell({ name: 'decide', deployment, question, answer: 'give_up', by: 'ann', reason: 'it is a copy' })
}
