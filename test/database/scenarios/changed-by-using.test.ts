import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

const base = `create table users (id int primary key, name text, score int);
  insert into users select n, 'name ' || n, n from generate_series(1, 40) n`
const other = 'create table other (id int);'

test.for([
  [
    'in another unit',
    'alter table users alter score type bigint using score * 100',
    'alter table users alter score type int using score / 100',
    'score',
    40,
  ],
  ['of the same type', other, 'drop table other; alter table users alter name type text using upper(name)', 'name', 40],
  [
    'out of text',
    'alter table users alter score type text',
    'alter table users alter score type int using least(score::int, 30)',
    'score',
    10,
  ],
] as const)(
  'values that `using` brings back %s are named by column and count, and block nothing that was there all along',
  async ([, up, down, column, rows]) => {
    await world().query(base)
    const back = await world().revert(await deployed(up, down))
    expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null, catalogRestored: true })
    expect(back.taken).toEqual([
      `users.${column}: ${rows} rows given other values where the down writes the column anew`,
    ])
  },
)

test('values written since the migration that `using` would change are counted, and the schema is kept', async () => {
  await world().query(base)
  const migrations = await deployed(other, 'drop table other; alter table users alter name type text using upper(name)')
  await world().query(`update users set name = 'Ann' where id = 1; update users set name = 'BOB' where id = 2;
    insert into users values (41, 'new', 0)`)
  const kept = await world().revert(migrations)
  expect(kept).toMatchObject({ reverted: [], kept: ['001_change'], failure: null })
  expect(kept.losses.map(lossLine)).toEqual([
    'users.name: 2 rows (written since the migration, and its down gives them other values)',
  ])
  expect(await world().query('select name from users where id = 1')).toEqual([{ name: 'Ann' }])
})

const widened = [
  ['int', 'bigint', 'n'],
  ['int', 'numeric', 'n'],
  ['int', 'double precision', 'n - 7'],
  ['real', 'double precision', 'n / 10.0'],
  ['numeric(8,2)', 'numeric', 'n'],
  ['int', 'text', 'n'],
  ['boolean', 'text', 'n > 20'],
  ['char(5)', 'text', 'n'],
  ['char(5)', 'char(10)', 'n'],
  ['varchar(5)', 'varchar(10)', 'n'],
] as const

test('what every value means is the same in the type that was there before: nothing is told, though every row is written anew', async () => {
  const each = (of: (narrow: string, wide: string, value: string) => string) =>
    widened.map(([narrow, wide, value], n) => of(narrow, wide, value).replaceAll('$', `v${n}`)).join(', ')
  await world().query(`create table users (id int primary key, ${each((narrow) => `$ ${narrow}`)});
    insert into users select n, ${each((narrow, _, value) => `(${value})::${narrow}`)} from generate_series(1, 40) n`)
  const migrations = await deployed(
    `alter table users ${each((_narrow, wide) => `alter $ type ${wide}`)}`,
    `alter table users ${each((narrow) => `alter $ type ${narrow} using $::${narrow}`)}`,
  )
  await world().query(`update users set v0 = v0 where id < 9; update users set v1 = 3.00, v2 = '-0' where id = 7`)
  const back = await world().revert(migrations)
  expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null, catalogRestored: true })
  expect(back.taken).toBeUndefined()
})

test('a table without a key that is written anew is said not to be looked at', async () => {
  await world().query('create table visits (at int); insert into visits values (1), (2)')
  const back = await world().revert(
    await deployed('alter table visits alter at type bigint', 'alter table visits alter at type int using at::int + 1'),
  )
  expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null })
  expect(back.taken).toEqual([
    'visits: written anew by the down; without a primary key nobody can tell which values, and since when',
  ])
})

test('a down in a process of its own is told what it made of values whose type it changed', async () => {
  await world().query(base)
  const back = await world().revert(
    await deployed(
      'alter table users alter score type bigint using score * 100',
      '-- belay: no transaction\nalter table users alter score type int using score / 100',
    ),
  )
  expect(back).toMatchObject({ reverted: ['001_change'], failure: null })
  expect(back.taken).toEqual([
    '001_change: its down, or who wrote meanwhile, gave 40 rows of users other values; nobody could count them beforehand',
  ])
})

test('values that their collation takes for the same are compared as they are written', async () => {
  await world().query(`create collation same (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
    create table users (id int primary key, name text collate same); insert into users values (1, 'Ann'), (2, 'bob')`)
  const back = await world().revert(await deployed(other, 'drop table other; update users set name = lower(name)'))
  expect(back).toMatchObject({ reverted: ['001_change'], losses: [], failure: null })
  expect(back.taken).toEqual(['users.name: 1 row written over by the down'])
})

async function deployed(up: string, down: string) {
  return await world().deploy(await world().release('1.0.0', { '001_change.up.sql': up, '001_change.down.sql': down }))
}
