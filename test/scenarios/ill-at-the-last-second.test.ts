import { expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, phaseOf } from './world.ts'

test('a release that falls ill just before its window ends comes back: everything is looked at once more', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')

  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '6s'
    // At most one sample is left for the bad half second, and one bad sample alone is borne.
    settings.monitoring.interval = '1s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  const { windowEndsAt } = await phaseOf(run, (status) => status.windowEndsAt !== null)
  const endsAtMs = Date.parse(windowEndsAt ?? '')
  await eventually('the last half second of the window', () => Date.now() >= endsAtMs - 500)
  await world.say('ill', '1.2.0')

  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'fell_ill', check: 'health' } })
  await expectBackAt110(world, 'belay')
  expect(await world.history.readDeployment(plan.deployment)).toMatchObject({
    status: 'FAILED',
    healthCheck: 'FAILED',
    rollback: 'ROLLED_BACK',
  })
})
