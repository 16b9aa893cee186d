import { expect, onTestFinished, test } from 'vitest'
import { openReceiver } from '../notify/receiver.ts'
import { startPostgres } from '../support/postgres.ts'
import { expectBackAt110 } from './comes-back.ts'
import { notifying } from './notifying.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('Postgres goes away in the window: the deployment goes on and is written down when Postgres is back', async () => {
  const { world, postgres, run, plan, receiver } = await watched()
  await postgres.pause()
  await world.signAll(run, plan.deployment)

  const told = await phaseOf(run, (status) => status.phase === 'recording')
  expect(told.outcome).toBe('SUCCESS')
  expect(told.unrecorded).toBeGreaterThan(0)
  expect(await world.look()).toMatchObject({ serving: '1.2.0', current: '1.2.0', config: { limit: 20 } })
  // People are told all the same: what carries notices is Temporal.
  await receiver.taken(/ended.SUCCESS/)
  expect(await run.open()).toBe(true)

  await postgres.start()
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS', live: { version: '1.2.0' } })
  const details = await world.history.readDeploymentDetails(plan.deployment)
  expect(details?.row).toMatchObject({ outcome: 'SUCCESS', status: 'SUCCESS', healthCheck: 'PASSED' })
  expect(details?.items.filter((item) => item.state === 'open')).toEqual([])
  expect(details?.events.map((event) => event.seq)).toEqual(details?.events.map((_, index) => index + 1))
  expect((await world.look()).serving).toBe('1.2.0')
})

test('while it waits for Postgres it can still be rolled back, and that is done before Postgres is back', async () => {
  const { world, postgres, run, plan, receiver } = await watched()
  await postgres.pause()
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'recording')

  await run.tell({ name: 'rollback', deployment: plan.deployment, by: 'ann', reason: 'customers complain' })
  await phaseOf(run, (status) => status.phase === 'recording' && status.outcome === 'ROLLED_BACK', 45_000)
  await expectBackAt110(world, 'ann')
  await receiver.taken(/ended.ROLLED_BACK/)
  expect(await run.open()).toBe(true)

  await postgres.start()
  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'rollback_requested', by: 'ann' } })
  await expectBackAt110(world, 'ann')
  const details = await world.history.readDeploymentDetails(plan.deployment)
  expect(details?.row).toMatchObject({ outcome: 'ROLLED_BACK', status: 'FAILED', rollback: 'ROLLED_BACK' })
  expect(details?.events.map((event) => event.seq)).toEqual(details?.events.map((_, index) => index + 1))
})

/** 1.2.0 in its window, which stays open until people have signed: Postgres is away before that, however long it takes. */
async function watched() {
  const postgres = await startPostgres()
  onTestFinished(() => postgres.stop())
  const world = await openWorld({ releases: threeReleases, historyUrl: postgres.url })
  await world.live('1.1.0')
  const receiver = await openReceiver()
  const plan = world.plan('1.2.0', notifying({ url: receiver.url }))
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  await phaseOf(run, (status) => status.phase === 'watch')
  return { world, postgres, run, plan, receiver }
}
