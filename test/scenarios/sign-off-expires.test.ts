import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('nobody signs what must be signed after the deployment: the release comes back at the deadline', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  const plan = world.plan('1.2.0', (settings) => {
    settings.after.within = '1s'
  })
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  expect(await run.end()).toMatchObject({
    outcome: 'ROLLED_BACK',
    reason: { kind: 'sign_off_expired', items: ['post.user_facing_tested', 'manual.payment_processing'] },
  })
  await expectBackAt110(world, 'belay')
})

test('watching goes on while people take their time, and an early sign-off does not shorten the window', async () => {
  const world = await openWorld({ releases: threeReleases })
  const plan = world.plan('1.0.0')
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  const watched = await phaseOf(run, (status) => status.phase === 'watch')
  const windowEndsAt = Date.parse(watched.windowEndsAt ?? '')
  // The window passes with nobody signing; the run is still there, still watching.
  await phaseOf(run, () => Date.now() > windowEndsAt + 500)
  expect(await run.open()).toBe(true)
  for (const item of ['post.user_facing_tested', 'manual.payment_processing']) {
    await run.tell({ name: 'signOff', deployment: plan.deployment, item, by: 'ann' })
  }
  expect(await run.end()).toMatchObject({ outcome: 'SUCCESS' })
})
