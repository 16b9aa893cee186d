import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import type { FixtureSettings } from './settings.ts'
import { openWorld, phaseOf } from './world.ts'

test('the first release may bring any migration, a later one is told to declare them; before the first there is nothing, and going there has to be said', async () => {
  const world = await openWorld({ releases: threeReleases })
  const undeclared = (settings: FixtureSettings) => {
    settings.database.migrations.additive = 'none'
  }
  await world.live('1.0.0', undeclared)

  const later = world.plan('1.1.0', undeclared)
  const { deployment } = later
  const run = await world.belay.deploy(later)
  await phaseOf(run, (status) => status.waitingFor !== null)
  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  const told = await run.end()
  expect(told.outcome).toBe('REFUSED')
  expect(told.sentence).toContain('002_email not declared additive')
  expect(told.sentence).toContain('database.migrations.additive')

  const before = await world.tree()
  const refused = await (await world.rollback()).end()
  expect(refused).toMatchObject({ outcome: 'REFUSED', live: null })
  expect(refused.sentence).toContain('the rollback of production did not begin; nothing changed')
  expect(refused.sentence).toContain('there is no release before 1.0.0')
  expect(refused.sentence).toContain('belay rollback production --to nothing')
  expect(await world.tree()).toBe(before)
  expect((await world.look()).serving).toBe('1.0.0')

  const emptied = await (await world.rollback({ to: 'nothing' })).end()
  expect(emptied).toMatchObject({ outcome: 'ROLLED_BACK', live: null })
  expect(await world.look()).toMatchObject({ serving: null, marker: null, current: null })
  const [row] = (await world.history.listDeployments({ environment: 'production', kind: 'rollback' })).rows
  expect(row).toMatchObject({ outcome: 'ROLLED_BACK', healthCheck: 'FAILED' })
})
