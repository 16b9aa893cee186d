import { expect, test } from 'vitest'
import {
  bareStatement,
  controlsTransaction,
  destroysIn,
  splitStatements,
} from '../../activities/database/tools/sql-statements.ts'

test('statements end at semicolons that are theirs', () => {
  expect(splitStatements(`select 1; select ';' || "a;b" ; -- no; more\n/* a; /* b; */ c; */ select 2`)).toEqual([
    'select 1',
    `select ';' || "a;b"`,
    'select 2',
  ])
  expect(splitStatements(`do $$ begin perform 1; end $$; select $tag$ ; $$ ; $tag$`)).toHaveLength(2)
  expect(splitStatements(`select E'it\\'s; one', 'it''s; one'; select 2`)).toHaveLength(2)
  expect(
    splitStatements(
      'create function f() returns int begin atomic select 1; select case when true then 2 end; end; select 3',
    ),
  ).toHaveLength(2)
})

test('comments and nothing are no statements', () => {
  expect(splitStatements('-- only words;\n/* ; */ ;;\n')).toEqual([])
})

test('transaction control is found, and nothing that looks like it', () => {
  const controls = ['begin', 'COMMIT', 'rollback to x', 'start transaction', 'end', 'abort']
  expect(controls.filter((statement) => !controlsTransaction(statement))).toEqual([])
  const others = splitStatements(`do $$ begin commit; end $$; select 'commit'; create table beginnings ()`)
  expect(others.filter(controlsTransaction)).toEqual([])
})

test('what destroys values is seen, and what only drops structure is not', () => {
  const destroying = [
    'drop table users',
    'alter table users drop column name',
    'ALTER TABLE users ADD COLUMN a int, DROP name',
    'truncate users',
    'delete from users where true',
    'drop schema app cascade',
  ]
  expect(destroying.filter((statement) => destroysIn([statement]) === null)).toEqual([])
  const harmless = [
    'drop index by_name',
    'alter table users drop constraint c',
    'alter table users alter column name drop not null',
    'alter table users alter name drop default',
    `comment on table users is 'drop table users'`,
    'create table t ()',
  ]
  expect(harmless.filter((statement) => destroysIn([statement]) !== null)).toEqual([])
})

test('a comment changes nothing of a statement that is compared, a value in it does', () => {
  const [one, said, other] = [
    `create table t (\n  a int,\n  b text default ' -- x '\n)`,
    `create table t ( -- the ids\n  a int /* so */ , -- first\n  b text default ' -- x ' )`,
    `create table t (\n  a int,\n  b text default '-- x '\n)`,
  ].map(bareStatement)
  expect(said).toBe(one)
  expect(other).not.toBe(one)
})
