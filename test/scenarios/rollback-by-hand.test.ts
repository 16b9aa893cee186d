import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, type World } from './world.ts'

const by = 'ann@example.com'

test('days later the release before comes back: code, database and configuration', async () => {
  const world = await ready()
  const end = await (await world.rollback()).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', startedAs: 'rollback', live: { version: '1.1.0' } })
  await expectBackAt110(world, by)
  const { rows } = await world.history.listDeployments({ kind: 'rollback' })
  expect(rows[0]).toMatchObject({ version: '1.1.0', status: 'SUCCESS', healthCheck: 'PASSED', rollback: 'ROLLED_BACK' })
})

test('a rolled-back release is blocked until somebody clears it', async () => {
  const world = await ready()
  await (await world.rollback()).end()
  const end = await (await world.deploy('1.2.0')).end()
  expect(end).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'blocked', version: '1.2.0' } })
})

test('over two releases each goes back with its own files', async () => {
  const world = await ready()
  const end = await (await world.rollback({ to: '1.0.0' })).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.0.0' } })
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.0.0', current: '1.0.0' })
  expect(now.config).not.toHaveProperty('limit')
  expect(now.migrations).toHaveLength(1)
})

test('the configuration alone goes back; the code stays, and a new marker says the same version', async () => {
  const world = await ready()
  const before = await world.look()
  const end = await (await world.rollback({ only: 'configuration' })).end()
  expect(end.outcome).toBe('ROLLED_BACK')
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.2.0', current: '1.2.0', config: { limit: 10 } })
  expect(now.migrations).toEqual(before.migrations)
  expect(now.marker).toMatchObject({ version: '1.2.0', deployed_by: by })
})

test('the database alone goes back; code and configuration stay', async () => {
  const world = await ready()
  const end = await (await world.rollback({ only: 'database' })).end()
  expect(end.outcome).toBe('ROLLED_BACK')
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.2.0', current: '1.2.0', config: { limit: 20 } })
  expect(now.migrations).toHaveLength(2)
})

async function ready(): Promise<World> {
  const world = await openWorld({ releases: threeReleases })
  for (const version of ['1.0.0', '1.1.0', '1.2.0']) await world.live(version)
  return world
}
