import { rename } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { allowDrills, demanding, drillOf, endOfDrill, place } from './drilling.ts'
import { threeReleases } from './releases.ts'
import { type FixtureRelease, migration } from './repository.ts'
import type { FixtureSettings } from './settings.ts'
import { toldAtOnce } from './told-at-once.ts'
import { openWorld, phaseOf, type World } from './world.ts'

const demand = demanding({ drill: { in: 'production', within: '7d' } })
const by = 'ann@example.com'

test('a drill whose way back fails ends ROLLBACK_FAILED, and the release is refused where a drill is demanded', async () => {
  // Nothing to revert: the rollback by hand later on starts from the release that is live again by then.
  const releases: FixtureRelease[] = [...threeReleases.slice(0, 2), { version: '1.2.0', config: { limit: 20 } }]
  const change = (settings: FixtureSettings) => {
    allowDrills(settings)
    toldAtOnce(settings)
  }
  const world = await openWorld({ releases, change })
  await world.live('1.1.0')
  await rename(program(world), `${program(world)}.away`)
  const plan = world.plan('1.2.0')
  const run = await world.belay.drill(plan)
  const ending = endOfDrill(run, plan)
  const { waitingFor } = await phaseOf(run, (status) => status.waitingFor?.question === 'start:local', 90_000)
  const question = waitingFor?.question ?? ''
  await run.tell({ name: 'decide', deployment: plan.deployment, question, answer: 'give_up', by, reason: 'by hand' })
  const end = await ending
  expect(end).toMatchObject({ outcome: 'ROLLBACK_FAILED', startedAs: 'drill', live: null, wayBackMs: null })
  expect(end.sentence).toMatch(
    /^drill of 1\.2\.0 on production: half way, the way back failed\nthe way back not proven/,
  )
  expect(await world.history.readVersionOfRecord(place)).toBe('unknown')
  expect(await world.history.readLocks(place)).toMatchObject([{ kind: 'rollback_failed' }])

  await rename(`${program(world)}.away`, program(world))
  expect(await (await world.rollback()).end()).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  await world.history.unlockEnvironment({ ...place, by, at: new Date().toISOString() })
  await world.history.clearRelease({ ...place, version: '1.2.0', by, at: new Date().toISOString(), reason: null })
  const refused = await (await world.deploy('1.2.0', demand)).end()
  expect(refused.outcome).toBe('REFUSED')
  expect(refused.sentence).toContain('the last drill of 1.2.0 in production did not prove the way back')
  expect(refused.sentence).toContain(plan.deployment)
})

test('a way back that would lose rows is not proven, and says which', async () => {
  const filled = migration(
    '003_phone',
    "alter table users add column phone text; insert into users (id, phone) values (7, '555')",
    'alter table users drop column phone',
  )
  const releases: FixtureRelease[] = [...threeReleases.slice(0, 2), { version: '1.2.0', files: filled }]
  const world = await openWorld({ releases, change: allowDrills })
  await world.live('1.1.0')
  const end = await drillOf(world, '1.2.0')
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' }, wayBackMs: null })
  expect(end.reason).toMatchObject({ kind: 'not_proven', what: 'the way back' })
  expect(end.sentence).toMatch(/schema kept \(003_phone\): .*1 row/)
  expect(await world.history.readDeployment(end.deployment)).toMatchObject({ status: 'FAILED', wayBackMs: null })
  expect(await world.history.listBlocked(place)).toEqual([])
})

function program(world: World): string {
  return `${world.directory}/releases/1.1.0/server.mjs`
}
