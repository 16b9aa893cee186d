import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import { watched } from './watched.ts'
import { openWorld } from './world.ts'

test('of two deployments at once one runs, and the other learns who holds the environment', async () => {
  const world = await openWorld({ releases: threeReleases })
  const plans = [world.plan('1.0.0'), world.plan('1.0.0')]
  const [first, second] = await Promise.allSettled(plans.map((plan) => world.belay.deploy(plan)))
  const started = [first, second].filter((one) => one?.status === 'fulfilled')
  const refused = [first, second].find((one) => one?.status === 'rejected')
  expect(started).toHaveLength(1)
  expect(refused?.status === 'rejected' && String(refused.reason)).toMatch(
    /busy: 1\.0\.0 by ci@example\.com \(claimed\) since/,
  )
})

test('terminated after the switch: the next deployment is refused as busy, and a rollback takes over and proves itself', async () => {
  const { world, run, deployment } = await watched()
  await world.belay.temporal.workflow.getHandle(run.workflowId).terminate('by mistake')

  const refused = await (await world.deploy('1.2.0')).end()
  expect(refused).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'locked' } })
  expect(refused.sentence).toContain(deployment)

  const end = await (await world.rollback()).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 } })
  expect(now.migrations).toHaveLength(2)
})
