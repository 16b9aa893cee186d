import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

type Case = { base: string; up: string; down: string; write: string; lost: string[] }

const cases: Readonly<Record<string, Case>> = {
  'a label of an enum behind a domain': {
    base: `create type mood as enum ('calm', 'angry'); create domain feeling as mood; create table users (now feeling, was feeling[])`,
    up: `alter type mood add value 'bored'`,
    down: `alter table users drop column was; alter table users alter now type text using case now::text when 'bored' then 'calm' else now::text end;
      drop domain feeling; drop type mood; create type mood as enum ('calm', 'angry'); create domain feeling as mood;
      alter table users alter now type feeling using now::feeling, add column was feeling[]`,
    write: `insert into users values ('bored', '{bored,calm}'), ('calm', '{bored}')`,
    lost: [
      'users.now: 1 row (value that the type did not have before: bored)',
      'users.was: 2 rows (value that the type did not have before: bored)',
    ],
  },
  'a label of an enum within a composite type': {
    base: `create type mood as enum ('calm', 'angry'); create type "Odd pair" as ("the mood" mood, n int); create table users (pair "Odd pair")`,
    up: `alter type mood add value 'bored'`,
    down: `alter table users drop column pair; drop type "Odd pair"; drop type mood; create type mood as enum ('calm', 'angry');
      create type "Odd pair" as ("the mood" mood, n int); alter table users add column pair "Odd pair"`,
    write: `insert into users values (row('bored', 1)), (row('calm', 2))`,
    lost: ['users.pair: 1 row (value that the type did not have before: bored)'],
  },
  'a domain made anew over a wider type': {
    base: 'create domain price as numeric(6, 1); create table orders (total price); insert into orders values (1.5)',
    up: `alter table orders alter total type numeric; drop domain price; create domain price as numeric;
      alter table orders alter total type price`,
    down: `alter table orders alter total type numeric; drop domain price; create domain price as numeric(6, 1);
      alter table orders alter total type price`,
    write: 'insert into orders values (1.2345)',
    lost: ['orders.total: 1 row (value that does not fit into numeric(6,1))'],
  },
  'text that its collation takes for the default': {
    base: `create collation same (provider = icu, locale = 'und-u-ks-level2', deterministic = false); create table users (id int)`,
    up: `alter table users add column plan text collate same not null default 'free'`,
    down: 'alter table users drop column plan',
    write: `insert into users values (1, 'free'), (2, 'FREE')`,
    lost: [`users.plan: 1 row (value other than the default 'free')`],
  },
  'a column that was computed, and is written now': {
    base: 'create table users (id int, twice int generated always as (id * 2) stored); insert into users values (1)',
    up: 'alter table users alter twice drop expression',
    down: 'alter table users drop column twice; alter table users add column twice int generated always as (id * 2) stored',
    write: 'insert into users values (2, 99), (3, 6)',
    lost: ['users.twice: 1 row (value other than (id * 2), which is computed again)'],
  },
}

test.for(Object.entries(cases))('%s: what a revert would lose is counted, and kept', async ([, one]) => {
  await world().query(one.base)
  const files = { '001_change.up.sql': one.up, '001_change.down.sql': one.down }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  expect(deployed.result).toMatchObject({ failure: null, applied: ['001_change'] })
  expect(await world().revert(deployed, { onLoss: 'count' })).toMatchObject({ losses: [] })
  await world().query(one.write)
  const kept = await world().revert(deployed, { attempt: 2 })
  expect(kept).toMatchObject({ reverted: [], kept: ['001_change'], failure: null })
  expect(kept.losses.map(lossLine)).toEqual(one.lost)
})

test('a computed column that the migration dropped comes back as it was: nothing of its own is lost', async () => {
  await world().query(
    'create table users (id int, twice int generated always as (id * 2) stored); insert into users values (1)',
  )
  const files = {
    '001_change.up.sql': 'alter table users drop column twice',
    '001_change.down.sql': 'alter table users add column twice int generated always as (id * 2) stored',
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  expect(await world().revert(deployed)).toMatchObject({ reverted: ['001_change'], losses: [], catalogRestored: true })
})
