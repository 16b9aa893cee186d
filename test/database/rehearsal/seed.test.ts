import { beforeAll, expect, test } from 'vitest'
import type { RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import { rehearsed } from './release.ts'

const given = `create schema s; create table s.parent (id int primary key);
  create table s.child (id int primary key references s.parent); create table s.pairs (a int, b text, primary key (a, b));
  create type s.mood as enum ('good', 'bad');
  create type s.pair as (a int, b text); create domain s.mail as text check (value like '%@%');
  create domain s.small as int not null check (value between 10 and 20); create domain s.deep as s.small check (value > 12);
  create function s.no() returns trigger language plpgsql as 'begin raise exception ''not today''; end';`

const types = `boolean, smallint, integer, bigint, numeric, numeric(3;2), numeric(2;2), real, double precision, money, text,
  varchar(1), char(3), "char", name, uuid, json, jsonb, bytea, date, time, timetz, timestamp, timestamptz, interval, inet, cidr,
  macaddr, macaddr8, bit(5), bit varying(3), xml, tsvector, tsquery, point, line, lseg, box, path, polygon, circle, int4range,
  tstzrange, int4multirange, text[], integer[][], oid, regclass, pg_lsn, s.mood, s.pair, s.mail, s.small, s.deep, s.mood[]`
const everyType = types.split(/,\s+/).map((type, at) => `c${at} ${type.replace(';', ',')} not null`)

/** The up, in which `t` stands for a table of its own; the rows that are made up, or why there are none. */
const cases: readonly (readonly [what: string, up: string, seeded: number | string])[] = [
  ['every type that Postgres brings, enums, domains, composites', `create table t (${everyType.join(', ')})`, 2],
  [
    'an identity and a generated column',
    'create table t (id int generated always as identity, a int, b int generated always as (a + 1) stored)',
    2,
  ],
  ['unique columns', 'create table t (a text unique, b int unique, c uuid unique, unique (a, b))', 2],
  ['parents that have one', 'create table t (a int not null references s.child, b int references s.parent)', 6],
  ['a key of two columns', 'create table t (a int, b text, foreign key (a, b) references s.pairs)', 4],
  ['itself as a parent', 'create table t (id int primary key, above int not null references t)', 2],
  [
    'a CHECK with a list',
    `create table t (a text not null check (a in ('red', 'green')), b int check (b between 40 and 45))`,
    2,
  ],
  ['a CHECK over two columns', 'create table t (a int not null, b int not null, check (a > b))', 2],
  [
    'a CHECK of a form',
    `create table t (a text not null check (a ~ '^[^@]+@[^@]+$'), b text not null check (length(b) >= 8))`,
    2,
  ],
  ['one row at most', 'create table t ("only" boolean primary key default true check ("only"))', 1],
  [
    'a partition by RANGE',
    `create table t (at date, a int) partition by range (at, a);
      create table t_part partition of t for values from ('2024-02-01', 5) to ('2024-03-01', 7)`,
    2,
  ],
  [
    'a partition by LIST',
    `create table t (at text) partition by list (at); create table t_part partition of t for values in ('cz', 'sk')`,
    2,
  ],
  [
    'a partition by HASH',
    'create table t (at text) partition by hash (at); create table t_part partition of t for values with (modulus 1, remainder 0)',
    2,
  ],
  [
    'a partition for the rest',
    'create table t (at text) partition by list (at); create table t_part partition of t default',
    2,
  ],
  [
    'what nobody can satisfy',
    'create table t (a int not null check (a = 0 and a = 1))',
    't: new row for relation "t" violates check constraint "t_a_check"',
  ],
  [
    'parents in a circle',
    'create table t (a int primary key); create table t_two (b int primary key references t); alter table t add foreign key (a) references t_two',
    't_two: insert or update on table "t_two" violates foreign key constraint "t_two_b_fkey"',
  ],
  [
    'a trigger that refuses',
    'create table t (a int); create trigger no before insert on t for each row execute function s.no()',
    't: not today',
  ],
]

let walked: readonly RehearsedMigration[]

beforeAll(async () => {
  const files = cases.flatMap(([, up], at): [string, string][] => {
    const table = `t${at}x`
    const more = up.includes('t_two')
      ? `alter table ${table} drop constraint ${table}_a_fkey; drop table ${table}_two;`
      : ''
    return [
      [`${at + 2}_tried.up.sql`, up.replaceAll(/\bt\b/g, table).replaceAll('t_', `${table}_`)],
      [`${at + 2}_tried.down.sql`, `${more} drop table ${table}`],
    ]
  })
  const first = { '1_given.up.sql': given, '1_given.down.sql': 'drop schema s cascade' }
  walked = (await rehearsed({ ...first, ...Object.fromEntries(files) })).migrations
})

test.each(cases.map(([what, , seeded], at) => ({ what, seeded, at })))('rows for $what', ({ seeded: expected, at }) => {
  const migration = walked[at + 1]
  expect(migration?.up.message).toBe(null)
  const { rows, not } = migration?.seeded ?? { rows: 0, not: [] }
  const said = not.map((line) => line.replaceAll(`t${at}x`, 't'))
  if (typeof expected === 'number') expect({ rows, said }).toEqual({ rows: expected, said: [] })
  else expect(said).toContain(expected)
  expect(migration?.verdict).toBe('reversible')
})

test('a column that grew gets values that fit what it was', async () => {
  const { migrations } = await rehearsed({
    '1_given.up.sql': 'create table t (a varchar(1), b smallint)',
    '1_given.down.sql': 'drop table t',
    '2_grown.up.sql': 'alter table t alter a type text, alter b type bigint',
    '2_grown.down.sql': 'alter table t alter a type varchar(1), alter b type smallint',
  })
  expect(migrations[1]).toMatchObject({ seeded: { rows: 2, not: [] }, verdict: 'reversible', down: { message: null } })
})
