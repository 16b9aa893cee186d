import { expect, test } from 'vitest'
import { watched } from './watched.ts'

test('a revert that would lose values keeps the schema, shows the count, and brings code and configuration back', async () => {
  const { world, run } = await watched()
  await world.sql("insert into users (id, phone) select n, '555-' || n from generate_series(1, 37) n")
  await world.say('errors', '1.2.0')
  const end = await run.end()

  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.1.0' } })
  expect(end.undone.join('\n')).toMatch(/schema kept.*37 rows/)
  const now = await world.look()
  expect(now).toMatchObject({ serving: '1.1.0', current: '1.1.0', config: { limit: 10 } })
  expect(now.migrations).toHaveLength(3)
  expect(await world.sql('select count(phone)::int as kept from users')).toEqual([{ kept: 37 }])
})
