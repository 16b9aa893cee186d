import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('a refused item takes the release back at once, and the record says who refused it and why', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')

  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  const { deployment } = plan
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  await phaseOf(run, (status) => status.phase === 'watch')
  const by = 'bob@example.com'
  await run.tell({ name: 'reject', deployment, item: 'manual.payment_processing', by, reason: 'card refused' })
  const end = await run.end()

  expect(end.reason).toEqual({ kind: 'rejected', item: 'manual.payment_processing', by, reason: 'card refused' })
  await expectBackAt110(world, by)
  const items = (await world.history.readDeploymentDetails(deployment))?.items ?? []
  expect(items.find((item) => item.item === 'manual.payment_processing')).toMatchObject({
    state: 'failed',
    by,
    claimed: true,
    note: 'card refused',
  })
  expect(items.find((item) => item.item === 'pre.code_reviewed')).toMatchObject({
    state: 'passed',
    by: 'ann@example.com',
    via: 'update',
  })
})
