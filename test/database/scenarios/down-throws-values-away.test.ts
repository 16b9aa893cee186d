import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

const base = `create table users (id int, visits int, name text);
  insert into users values (1, 5, 'ann'), (2, null, 'bob')`

const widened = 'alter table users alter visits type bigint'
const other = 'create table other (id int)'
const unother = 'drop table other;'

/** Every one of them restores the schema exactly. */
const downs: Readonly<Record<string, { up: string; down: string; lost: string[] }>> = {
  'drops a column and adds it again': {
    up: widened,
    down: 'alter table users drop column visits, drop column name; alter table users add column visits int, add column name text',
    lost: ['users: 2 rows (its down makes it anew, without what it held)'],
  },
  'adds one column anew, and fills the other one': {
    up: widened,
    down: 'alter table users drop column visits; alter table users add column visits int',
    lost: ['users.visits: 1 row (its down makes it anew, without what it held)'],
  },
  'drops a table and makes it again': {
    up: other,
    down: `${unother} drop table users; create table users (id int, visits int, name text)`,
    lost: ['users: 2 rows (its down makes it anew, without what it held)'],
  },
  'empties a table': { up: other, down: `${unother} truncate users`, lost: ['users: 2 rows (taken away by its down)'] },
}

test.for(Object.entries(downs))('a down that %s keeps the schema and every value', async ([, { up, down, lost }]) => {
  await world().query(base)
  const deployed = await world().deploy(
    await world().release('1.0.0', { '001_change.up.sql': up, '001_change.down.sql': down }),
  )
  const kept = await world().revert(deployed)
  expect(kept).toMatchObject({ reverted: [], kept: ['001_change'], failure: null })
  expect(kept.losses.map(lossLine)).toEqual(lost)
  expect(await world().query('select visits::int, name from users order by id')).toEqual([
    { visits: 5, name: 'ann' },
    { visits: null, name: 'bob' },
  ])
  // Decided all the same: it runs.
  const reverted = await world().revert(deployed, { onLoss: 'lose', attempt: 2 })
  expect(reverted).toMatchObject({ reverted: ['001_change'], catalogRestored: true, failure: null })
})

test('a down that carries the values over into a new column or a new table goes through', async () => {
  await world().query(`${base}; create table prices (id int, total numeric(10, 2)); insert into prices values (1, 1.5)`)
  const files = {
    '001_change.up.sql': `${widened}; alter table prices alter total type numeric; alter table users rename to people`,
    '001_change.down.sql': `create table users (id int, visits int, name text); insert into users select * from people; drop table people;
      alter table prices add column narrow numeric(10, 2); update prices set narrow = total;
      alter table prices drop column total; alter table prices rename narrow to total`,
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  await world().query(`insert into people values (3, 7, 'cy'); insert into prices values (2, 2.5)`)
  expect(await world().revert(deployed)).toMatchObject({ reverted: ['001_change'], losses: [], catalogRestored: true })
  expect(await world().query('select visits from users order by id')).toEqual([
    { visits: 5 },
    { visits: null },
    { visits: 7 },
  ])
})

test('outside a transaction it is too late to count: what was made anew is named', async () => {
  await world().query(base)
  const outside = (sql: string) => `-- belay: no transaction\n${sql}`
  const { up, down } = downs['adds one column anew, and fills the other one'] ?? { up: '', down: '' }
  const files = { '001_change.up.sql': up, '001_change.down.sql': outside(down) }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  const reverted = await world().revert(deployed)
  expect(reverted).toMatchObject({ reverted: ['001_change'], catalogRestored: true })
  expect(reverted.warnings).toEqual([
    '001_change: its down dropped users.visits and made it again: of the values it held only those are there that the down carried over; look, and restore what is missing',
  ])
})

test('a down may take out the rows that its up put in, and no others: not what cascades from them either', async () => {
  await world().query(`create table plans (code text primary key); insert into plans values ('free');
    create table users (id int, plan text references plans on delete cascade)`)
  const files = {
    '001_pro.up.sql': `insert into plans values ('pro'), ('team')`,
    '001_pro.down.sql': `delete from plans where code in ('pro', 'team')`,
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  await world().query(`insert into users values (1, 'free'), (2, 'pro'), (3, 'pro')`)
  const kept = await world().revert(deployed)
  expect(kept).toMatchObject({ reverted: [], failure: null })
  expect(kept.losses.map(lossLine)).toEqual(['users: 2 rows (taken away by its down)'])
  expect(await world().query('select count(*)::int as n from users')).toEqual([{ n: 3 }])
  await world().query(`update users set plan = 'free'`)
  expect(await world().revert(deployed, { attempt: 2 })).toMatchObject({
    reverted: ['001_pro'],
    losses: [],
    failure: null,
  })
  expect(await world().query('select code from plans')).toEqual([{ code: 'free' }])
})
