import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

/** 1.1.0 was live; 1.2.0 is now, signed, and watched. */
export async function watched(change?: (settings: FixtureSettings) => void) {
  const world = await openWorld({ releases: threeReleases, ...(change && { change }) })
  await world.live('1.1.0')
  const plan = world.plan('1.2.0', (settings) => {
    settings.monitoring.window = '60s'
  })
  const run = await world.belay.deploy(plan)
  await world.signAll(run, plan.deployment)
  await phaseOf(run, (status) => status.phase === 'watch')
  return { world, run, deployment: plan.deployment }
}
