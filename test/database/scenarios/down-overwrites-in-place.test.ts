import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { withClient } from '../world.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

const base = `create table users (id int primary key, name text, city text);
  insert into users select n, 'name ' || n, 'Brno' from generate_series(1, 40) n`
const change = {
  up: `create table other (id int); update users set name = upper(name) where id <= 37`,
  down: `drop table other; update users set name = 'somebody', city = city where id <= 37`,
}

test('what a down writes over in place is named by column and count, and blocks nothing that was there all along', async () => {
  await world().query(base)
  const back = await world().revert(await deployed(change))
  expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null, catalogRestored: true })
  expect(back.taken).toEqual(['users.name: 37 rows written over by the down'])
})

test('values written since the migration are not written over: the schema is kept, and they are counted', async () => {
  await world().query(base)
  const migrations = await deployed(change)
  await world().query(`update users set name = 'Ann' where id in (1, 2); update users set name = 'Eve' where id = 39;
    insert into users values (0, 'new', 'Praha')`)
  const kept = await world().revert(migrations)
  expect(kept).toMatchObject({ reverted: [], kept: ['001_change'], failure: null })
  expect(kept.losses.map(lossLine)).toEqual([
    'users.name: 3 rows (written since the migration, and its down writes over them)',
  ])
  expect(await world().query('select name from users where id = 1')).toEqual([{ name: 'Ann' }])
  // Decided all the same: told, not counted twice.
  const back = await world().revert(migrations, { onLoss: 'lose', attempt: 2 })
  expect(back).toMatchObject({ reverted: ['001_change'], failure: null })
  expect(back.taken).toEqual([
    'users: 38 rows written over in place by the down; which values, and since when, was not looked at',
  ])
})

test('who was still writing while the migration was applied has written since', async () => {
  await world().query(base)
  const migrations = await withClient(world().url, async (client) => {
    await client.query('begin; select pg_current_xact_id()')
    const made = await deployed({ ...change, up: change.up.replace('id <= 37', 'id = 37') })
    await client.query(`update users set name = 'late' where id = 5; commit`)
    return made
  })
  const kept = await world().revert(migrations)
  expect(kept.losses.map(lossLine)).toEqual([
    'users.name: 1 row (written since the migration, and its down writes over it)',
  ])
})

test.for([
  [
    'fills a column that goes away',
    'alter table users add column short text',
    `update users set short = 'x'; alter table users drop column short`,
  ],
  ['writes what is there already', 'create table other (id int)', 'update users set name = name; drop table other'],
] as const)('a down that %s writes nothing over', async ([, up, down]) => {
  await world().query(base)
  const back = await world().revert(await deployed({ up, down }))
  expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null })
  expect(back.taken).toBeUndefined()
})

test('a column that is of another type again is held against nothing, and the others are', async () => {
  await world().query(`${base}; alter table users add column score real default 0.1`)
  const up = 'alter table users alter score type double precision'
  const down = `alter table users alter score type real; update users set name = 'x' where id = 1`
  const back = await world().revert(await deployed({ up, down }))
  expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null })
  expect(back.taken).toEqual(['users.name: 1 row written over by the down'])
})

test('a key that is written over, and a table without one, are named as what they are', async () => {
  await world().query(`${base}; create table visits (at int); insert into visits values (1), (2)`)
  const back = await world().revert(
    await deployed({
      up: 'create table other (id int)',
      down: 'drop table other; update users set id = id + 1000 where id > 30; update visits set at = 0',
    }),
  )
  expect(back).toMatchObject({ reverted: ['001_change'], failure: null })
  expect(back.taken).toEqual([
    'visits: 2 rows written over in place by the down; without a primary key nobody can tell which values, and since when',
    'users.id: 10 rows written over by the down',
  ])
})

const hides = 'alter table users enable row level security, force row level security;'
const hidesNot = 'alter table users disable row level security, no force row level security;'

test.for([
  ['all along', `${base}; ${hides}`, '', ''],
  ['since the migration', base, hides, hidesNot],
] as const)(
  'rows that a policy might hide from whoever migrates, %s, are said not to be looked at',
  async ([, made, up, down]) => {
    const owner = `owner_${randomUUID().slice(0, 8)}`
    const address = Object.assign(new URL(world().url), { username: owner, password: 'geheim' }).href
    await world().query(`create role ${owner} login password 'geheim'; grant all on schema public to ${owner}`)
    world().environment.SERVICE_DATABASE = address
    try {
      await withClient(address, (client) => client.query(`${made}; create policy everybody on users using (true)`))
      const back = await world().revert(await deployed({ up: `${change.up}; ${up}`, down: `${down} ${change.down}` }))
      expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null })
      expect(back.taken).toEqual([
        'users: 37 rows written over in place by the down; a policy or right keeps whoever migrates from reading them: which values, and since when, is not known',
      ])
    } finally {
      await world().query(`drop owned by ${owner}; drop role ${owner}`)
    }
  },
)

test('so many rows that they are only counted are said to be', async () => {
  await world().query(
    'create table users (id int primary key, n int); insert into users select n, 1 from generate_series(1, 200001) n',
  )
  const back = await world().revert(
    await deployed({ up: 'create table other (id int)', down: 'drop table other; update users set n = 2' }),
  )
  expect(back.taken).toEqual([
    'users: 200001 rows written over in place by the down; more than 200000 are not looked at one by one: which values, and since when, is not known',
  ])
})

async function deployed({ up, down }: { up: string; down: string }) {
  return await world().deploy(await world().release('1.0.0', { '001_change.up.sql': up, '001_change.down.sql': down }))
}
