import { expect, test } from 'vitest'
import { expectBackAt110 } from './comes-back.ts'
import { threeReleases } from './releases.ts'
import { openWorld, type World } from './world.ts'

const by = 'ann@example.com'

test('days later the release before comes back: code, database and configuration; what was live is blocked', async () => {
  const world = await live('1.1.0', '1.2.0')
  const end = await (await world.rollback()).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', startedAs: 'rollback', live: { version: '1.1.0' } })
  await expectBackAt110(world, by)
  const { rows } = await world.history.listDeployments({ kind: 'rollback' })
  expect(rows[0]).toMatchObject({ version: '1.1.0', status: 'SUCCESS', healthCheck: 'PASSED', rollback: 'ROLLED_BACK' })

  const again = await (await world.deploy('1.2.0')).end()
  expect(again).toMatchObject({ outcome: 'REFUSED', reason: { kind: 'blocked', version: '1.2.0' } })
})

test('over two releases each goes back with its own files', async () => {
  const world = await live('1.0.0', '1.1.0', '1.2.0')
  const end = await (await world.rollback({ to: '1.0.0' })).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.0.0' } })
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.0.0', current: '1.0.0' })
  expect(now.config).not.toHaveProperty('limit')
  expect(now.migrations).toHaveLength(1)
})

test('the database alone goes back, then the configuration alone; the code stays, and its marker says so', async () => {
  const world = await live('1.1.0', '1.2.0')
  expect((await (await world.rollback({ only: 'database' })).end()).outcome).toBe('ROLLED_BACK')
  const first = await world.look()
  expect(first).toMatchObject({ serving: '1.2.0', current: '1.2.0', config: { limit: 20 } })
  expect(first.migrations).toHaveLength(2)

  expect((await (await world.rollback({ only: 'configuration' })).end()).outcome).toBe('ROLLED_BACK')
  const second = await world.look()
  expect(second).toMatchObject({ serving: '1.2.0', current: '1.2.0', config: { limit: 10 } })
  expect(second.migrations).toEqual(first.migrations)
  expect(second.marker).toMatchObject({ version: '1.2.0', deployed_by: by })
})

async function live(...versions: string[]): Promise<World> {
  const world = await openWorld({ releases: threeReleases })
  for (const version of versions) await world.live(version)
  return world
}
