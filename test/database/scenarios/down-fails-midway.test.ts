import { afterEach, beforeEach, expect, test } from 'vitest'
import { createWorld, type DatabaseWorld } from '../world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  await world.query('create table users (id int, name text); create table orders (id int)')
})

afterEach(async () => {
  await world.stop()
})

test('a down outside a transaction that fails midway says what is undone and what is not; mended, it goes on', async () => {
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_indexes.up.sql': `-- belay: no transaction
        create index concurrently by_id on users (id);
        create index concurrently by_name on users (name);
        alter table users add column note text`,
      '001_indexes.down.sql': `-- belay: no transaction
        drop index concurrently by_name;
        alter table users drop column note;
        drop index concurrently by_id`,
    }),
  )
  // Somebody's view stands in the way of the second statement: seen, and lost, by who decides to lose.
  await world.query('create view noted as select note from users')
  const failed = await world.revert(deployed, { onLoss: 'lose' })
  expect(failed).toMatchObject({ reverted: [], kept: ['001_indexes'], unchanged: false })
  expect(failed.failure?.migration).toBe('001_indexes')
  const message = failed.failure?.message ?? ''
  expect(message).toContain('cannot drop column note of table users because other objects depend on it')
  expect(message).toContain('001_indexes is half way: undone index by_name: expected, but it is gone')
  expect(message).toContain('left to undo column users.note: not expected, but it is there; index by_id: not expected')
  expect(message).toContain('mend what stopped it, then retry goes on with the statement that failed')
  expect(await indexes()).toEqual(['by_id'])

  // Half way is half way, whoever asks: not proven unchanged, and it fails the same way again.
  const again = await world.revert(deployed, { attempt: 2 })
  expect(again).toMatchObject({ reverted: [], unchanged: false })
  await world.query('drop view noted')
  expect(await world.revert(deployed, { attempt: 3 })).toMatchObject({
    reverted: ['001_indexes'],
    kept: [],
    losses: [],
    catalogRestored: true,
    failure: null,
  })
  expect(await indexes()).toEqual([])
})

test('neighbours in transactions go back together: where the older one fails, the newer one is there again', async () => {
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_a.up.sql': 'create table a ()',
      '001_a.down.sql': 'drop table a; select 1 / 0',
      '002_b.up.sql': 'create table b ()',
      '002_b.down.sql': 'drop table b',
    }),
  )
  expect(await world.revert(deployed)).toMatchObject({
    reverted: [],
    kept: ['002_b', '001_a'],
    unchanged: true,
    failure: { migration: '001_a', message: expect.stringContaining('division by zero') },
  })
  expect(await world.query(`select to_regclass('a')::text as a, to_regclass('b')::text as b`)).toEqual([
    { a: 'a', b: 'b' },
  ])
})

test('of several in one transaction the one that does not restore the schema is named, before the next one runs', async () => {
  await world.query('create sequence downs')
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_a.up.sql': 'alter table users add column a int',
      '001_a.down.sql': `select nextval('downs'); alter table users drop column a`,
      '002_b.up.sql': 'alter table users add column b int; create index by_b on orders (id)',
      '002_b.down.sql': 'alter table users drop column b',
      '003_c.up.sql': 'alter table users add column c int',
      '003_c.down.sql': 'alter table users drop column c',
    }),
  )
  const result = await world.revert(deployed)
  expect(result).toMatchObject({ reverted: [], unchanged: true, failure: { migration: '002_b' } })
  expect(result.failure?.message).toContain(
    '002_b: its down ran, but did not restore the schema: index by_b: not expected, but it is there',
  )
  expect(await world.query('select is_called from downs')).toEqual([{ is_called: false }])
})

test('outside a transaction too: what is not restored stops everything below it', async () => {
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_a.up.sql': 'create table a ()',
      '001_a.down.sql': 'drop table a',
      '002_index.up.sql':
        '-- belay: no transaction\ncreate index concurrently x on users (id); create index concurrently y on users (id)',
      '002_index.down.sql': '-- belay: no transaction\ndrop index concurrently x',
    }),
  )
  const result = await world.revert(deployed)
  expect(result).toMatchObject({ reverted: ['002_index'], kept: ['001_a'], unchanged: false })
  expect(result.failure?.message).toContain('did not restore the schema: index y: not expected, but it is there')
  expect(result.failure?.message).toContain('002_index is out of the history')
})

async function indexes(): Promise<string[]> {
  const rows = await world.query<{ name: string }>(
    `select indexrelid::regclass::text as name from pg_index where indrelid = 'users'::regclass order by 1`,
  )
  return rows.map(({ name }) => name)
}
