import { expect, test } from 'vitest'
import type { RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import { rehearsed } from './release.ts'

const users = {
  '1_users.up.sql': 'create table users (id bigserial primary key, name text not null, age int);',
  '1_users.down.sql': 'drop table users;',
}
const nothing = 'select 1;'

// On a table without rows none of these shows anything in the catalog, and each of them destroys what a live one holds.
test.each([
  ['an update', "update users set name = 'x';", nothing, 'users.name'],
  ['a type with a constant', "alter table users alter age type text using '';", backToInt('0'), 'users.age'],
  ['a delete in a query', 'with g as (delete from users returning id) select count(*) from g;', nothing, 'users'],
  ['a delete in a block', 'do $$ begin delete from users; end $$;', nothing, 'users'],
  ['a merge', 'merge into users u using (select 1) s on u.id > 0 when matched then delete;', nothing, 'users'],
  ['a computed truncate', `do $$ begin execute 'truncate users'; end $$;`, nothing, 'users'],
  [
    'a delete outside a transaction',
    '-- belay: no transaction\nwith g as (delete from users returning id) select count(*) from g;',
    nothing,
    'users',
  ],
  ['a down that deletes too much', "insert into users (name) values ('admin');", 'delete from users;', 'users'],
])('%s over rows that nobody has yet is seen to lose them', async (_, up, down, what) => {
  const migration = await second(up, down)
  expect([migration.verdict, migration.down.state, migration.again.state]).toEqual(['loses', 'exact', 'ok'])
  expect(migration.loses.map((line) => line.split(':')[0])).toContain(what)
})

test.each([
  ['an update of what the up adds', 'alter table users add tag text; update users set tag = name;', 'drop tag'],
  ['a type that goes there and back', 'alter table users alter age type bigint;', 'alter age type int'],
])('%s loses nothing', async (_, up, action) => {
  expect(await second(up, `alter table users ${action};`)).toMatchObject({
    verdict: 'reversible',
    down: { state: 'exact' },
    again: { state: 'ok' },
  })
})

test('an update with its inverse loses nothing', async () => {
  const [up, down] = ["update users set name = 'x' || name;", 'update users set name = substr(name, 2);']
  expect(await second(up, down)).toMatchObject({ verdict: 'reversible', loses: [], seeded: { not: [] } })
})

test('rows that a migration does not take say nothing, and that is said', async () => {
  const up = `update users set age = 1; do $$ begin if exists (select from users) then raise 'rows'; end if; end $$;`
  const migration = await second(up, nothing)
  expect(migration).toMatchObject({ verdict: 'reversible', again: { state: 'ok' } })
  expect(migration.seeded.not).toEqual(['users: it cannot be applied over made-up rows: rows; P0001'])
})

test('one that stops half way over made-up rows outside a transaction is not judged by what that left', async () => {
  const up = `-- belay: no transaction
create table tags (id int);
update users set name = name;
do $$ begin if exists (select from users) then raise 'rows'; end if; end $$;`
  const { migrations } = await rehearsed({
    ...users,
    '2_it.up.sql': up,
    '2_it.down.sql': 'drop table tags;',
    '3_next.up.sql': 'alter table tags add name text;',
    '3_next.down.sql': 'alter table tags drop name;',
  })
  expect(migrations.map(({ verdict, again }) => [verdict, again.state])).toEqual([
    ['reversible', 'ok'],
    ['reversible', 'not_run'],
    ['reversible', 'ok'],
  ])
})

function backToInt(using: string): string {
  return `alter table users alter age type int using ${using};`
}

async function second(up: string, down: string): Promise<RehearsedMigration> {
  const { migrations } = await rehearsed({ ...users, '2_it.up.sql': up, '2_it.down.sql': down })
  const [, migration] = migrations
  if (!migration) throw new Error('expected a second migration')
  return migration
}
