import { expect } from 'vitest'
import type { World } from './world.ts'

/** Everything is as it was with 1.1.0: what serves, marker, configuration, schema, and what the history says. */
export async function expectBackAt110(world: World, by: string): Promise<void> {
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 } })
  expect(now.marker).toMatchObject({ version: '1.1.0', commit: world.commits.get('1.1.0'), deployed_by: by })
  expect(now.migrations).toHaveLength(2)
  const columns = await world.sql(
    "select column_name from information_schema.columns where table_name = 'users' order by 1",
  )
  expect(columns.map((row) => row.column_name)).toEqual(['email', 'id'])
}
