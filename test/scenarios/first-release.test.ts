import { expect, test } from 'vitest'
import { threeReleases } from './releases.ts'
import { openWorld } from './world.ts'

test('the first release may bring any migration; before it there is nothing, and going there has to be said', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.0.0', (settings) => {
    settings.database.migrations.additive = 'none'
  })
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

test('a later release needs its migrations declared, and is told how', async () => {
  const world = await openWorld({ releases: threeReleases })
  await world.live('1.0.0')
  const run = await world.deploy('1.1.0', (settings) => {
    settings.database.migrations.additive = 'none'
  })
  const { deployment } = await run.status()
  await run.tell({ name: 'signOff', deployment, item: 'pre.code_reviewed', by: 'ann@example.com' })
  const end = await run.end()
  expect(end).toMatchObject({ outcome: 'REFUSED' })
  expect(end.sentence).toContain('002_email not declared additive')
  expect(end.sentence).toContain('database.migrations.additive')
})
