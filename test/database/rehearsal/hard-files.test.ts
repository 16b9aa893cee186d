import { expect, test } from 'vitest'
import { rehearseHistory } from '../../../activities/database/rehearsal/history.ts'
import { statesOf } from '../../../src/domain/rehearsal/words.ts'
import { query } from '../../support/postgres.ts'
import { shared } from '../../support/shared.ts'
import { sqlSettings, withRelease } from './release.ts'

type Hard = { up: string; down: string; says: string }

const ok = 'up ok, down exact, again ok'
const alone = '-- belay: no transaction\n'
const role = `scratch_hard_${process.pid}`

/** What each of them is, and what the row says of it. */
const hard: Readonly<Record<string, Hard>> = {
  'an extension that is not there': {
    up: 'create extension vectors_of_none;',
    down: 'drop extension vectors_of_none;',
    says: 'up failed: extension "vectors_of_none" is not available',
  },
  'a setting of the whole server': {
    up: "alter system set work_mem = '8MB';",
    down: 'alter system reset work_mem;',
    says: 'up failed: ALTER SYSTEM cannot run inside a transaction block; 25001; begin the file with',
  },
  'a database': {
    up: `create database ${role};`,
    down: `drop database ${role};`,
    says: 'up failed: CREATE DATABASE cannot run inside a transaction block; 25001; begin the file with',
  },
  'vacuum, outside a transaction': {
    up: `${alone}vacuum pg_attribute;`,
    down: `${alone}vacuum pg_attribute;`,
    says: ok,
  },
  'another database, by psql': {
    up: '\\connect other\ncreate table a (id int);',
    down: 'drop table a;',
    says: 'up failed: \\connect other: expected SQL, got a command of psql',
  },
  'a variable of psql': {
    up: '\\set x 1\ncreate table a (id int default :x);',
    down: 'drop table a;',
    says: 'up failed: \\set x 1: expected SQL, got a command of psql',
  },
  'a path set in the middle, and not for the next one': {
    up: 'create schema other; set search_path to other; create table a (id int);',
    down: 'drop table other.a; drop schema other;',
    says: ok,
  },
  'a transaction of its own': {
    up: 'begin;\ncreate table b (id int);\ncommit;',
    down: 'begin; drop table b; commit;',
    says: 'up failed: begin: expected no transaction control, Belay sees to it',
  },
  'blocks and bodies with what looks like an end': {
    up: `do $$ begin execute 'create table c (t text default '';'')'; end; $$;
create function c() returns text language sql as $x$ select ';'; select 'b;$$' $x$;`,
    down: 'drop function c(); drop table c;',
    says: ok,
  },
  'rows for psql to send': {
    up: 'create table d (id int, t text);\ncopy d (id, t) from stdin;\n1\tx\n\\.\n',
    down: 'drop table d;',
    says: 'up failed: copy d (id, t) from stdin: expected SQL, got rows that only psql sends; write them as insert',
  },
  'copy as a word, and not as that': {
    up: "create table copy_from (stdin text default 'copy d from stdin;');\ncopy copy_from to '/dev/null';",
    down: 'drop table copy_from;',
    says: ok,
  },
  'a table for the time being': {
    up: 'create temp table passing (id int); insert into passing values (1); create table e as select * from passing;',
    down: 'drop table e;',
    says: ok,
  },
  'a table for the time being of the same name': {
    up: 'create temp table passing (id text); create table f as select * from passing;',
    down: 'drop table f;',
    says: ok,
  },
  'a statement without end': {
    up: 'select pg_sleep(600);',
    down: 'select 1;',
    says: 'up failed: canceling statement due to statement timeout; 57014; at most 1 s (database.migrations.timeout) or the file’s own',
  },
  'a string without end': {
    up: "create table g (t text default 'x;",
    down: 'drop table g;',
    says: 'up failed: unterminated quoted string at or near',
  },
  'a way back over rows that nobody wrote': {
    up: 'create table h (j text not null); create table hs (like h);',
    down: 'alter table h alter column j type jsonb using j::jsonb; drop table h, hs;',
    says: 'up ok, down failed over 4 made-up rows: invalid input syntax for type json',
  },
  'a way back that fails whatever the rows': {
    up: 'create table i (id int);',
    down: 'drop table i; drop table is_none;',
    says: 'up ok, down failed: table "is_none" does not exist; 42P01',
  },
  'a role': { up: `create role ${role};`, down: `drop role ${role};`, says: ok },
  'what comes after them all': { up: 'create table z (id int);', down: 'drop table z;', says: ok },
}

test('a file that is hard on a rehearsal has a clear row, leaves nothing, and the next one goes on', async () => {
  const url = await shared('postgres')
  const nameOf = (at: number) => `${String(at + 1).padStart(2, '0')}_hard`
  const files = Object.values(hard).flatMap(({ up, down }, at) => [
    [`${nameOf(at)}.up.sql`, up],
    [`${nameOf(at)}.down.sql`, down],
  ])
  try {
    const { migrations } = await withRelease(Object.fromEntries(files), (release) => {
      const settings = { ...sqlSettings, timeoutMs: 1_000 }
      return rehearseHistory({ release: { ...release, settings }, server: { url }, environment: process.env })
    })
    const said = migrations.map((migration, at) => [Object.keys(hard)[at], statesOf(migration)])
    expect(said).toEqual(Object.entries(hard).map(([what, { says }]) => [what, expect.stringContaining(says)]))
    expect(await query(url, `select datname from pg_database where datname = '${role}'`)).toEqual([])
  } finally {
    await query(url, `drop role if exists ${role}`)
  }
})
