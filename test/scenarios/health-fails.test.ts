import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld } from './world.ts'

test('a release that never becomes healthy is taken back before anybody watches it', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.1.0')
  await world.say('ill', '1.2.0')

  const plan = world.plan('1.2.0', (settings) => {
    settings.checks.health.deadline = '1500ms'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  const end = await run.end()

  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', reason: { kind: 'not_verified' } })
  expect(end.sentence).toContain('health')
  await expectBackAt110(world, 'belay')
  const items = (await world.history.readDeploymentDetails(plan.deployment))?.items ?? []
  expect(items.find((item) => item.item === 'during.health_checks_passing')).toMatchObject({ state: 'failed' })
})
