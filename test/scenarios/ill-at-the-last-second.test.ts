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
    // At most one sample is left for the bad second, and one bad sample alone is borne.
    settings.monitoring.interval = '2s'
  })
  const run = await world.belay.deploy(plan)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment: plan.deployment, item: 'pre.code_reviewed', by: 'ann' })
  const { windowEndsAt } = await phaseOf(run, (status) => status.windowEndsAt !== null)
  const endsAtMs = Date.parse(windowEndsAt ?? '')
  await eventually('the last second of the window', () => Date.now() >= endsAtMs - 1_000)
  await world.say('ill', '1.2.0')
  // The window cannot end before these are signed: it falls ill in it, however slow the machine is.
  await world.signAll(run, plan.deployment)

  expect(await run.end()).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'fell_ill', check: 'health' } })
  await expectBackAt110(world, 'belay')
  expect(await world.history.readDeployment(plan.deployment)).toMatchObject({
    status: 'FAILED',
    healthCheck: 'FAILED',
    rollback: 'ROLLED_BACK',
  })
})
