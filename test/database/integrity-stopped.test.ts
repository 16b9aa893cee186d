import { CancelledFailure } from '@temporalio/common'
import { MockActivityEnvironment } from '@temporalio/testing'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { createWorld, type DatabaseWorld } from './world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
})

afterEach(async () => {
  await world.stop()
})

test('a long look says what it is looking at, and when it is to stop nobody waits for it and nothing of it runs on', async () => {
  const { order, activities } = world
  const slow = [{ name: 'slow', sql: 'select pg_sleep(50) is null', expect: false }]
  const database = { ...world.database, integrityLevel: 'exact' as const, integrity: slow }
  const releaseDirectory = await world.release('1.0.0', { '001_t.up.sql': 'create table t (id int)' })
  const activity = new MockActivityEnvironment()
  const beats: unknown[] = []
  activity.on('heartbeat', (said: unknown) => beats.push(said))
  const asked = { order, database, releaseDirectory, pending: ['001_t'] }
  const running = activity.run(activities.keepIntegrity, asked).catch((error: unknown) => error)
  await eventually('the slow assertion', async () => (await sleeping()) === 1)
  expect(beats.at(-1)).toBe('asking: slow')

  activity.cancel()
  expect(await running).toBeInstanceOf(CancelledFailure)
  await eventually('nothing left on the server', async () => (await sleeping()) === 0)
  // What was cut off was not kept: the next attempt looks again.
  const { results } = await activities.keepIntegrity({ ...asked, database: { ...database, integrity: [] } })
  expect(results.map(({ name }) => name)).not.toContain('slow')
})

async function sleeping(): Promise<number> {
  const rows = await world.query<{ n: number }>(
    `select count(*)::int as n from pg_stat_activity
     where datname = current_database() and query like 'select pg_sleep(50)%' and state = 'active'`,
  )
  return rows[0]?.n ?? 0
}
