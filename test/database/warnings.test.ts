import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { placedStatements } from '../../activities/database/tools/sql-statements.ts'
import { toolFor } from '../../activities/database/tools/tools.ts'
import { mayNarrow } from '../../activities/database/warnings/narrowing.ts'
import { migrationWarnings } from '../../activities/database/warnings/warnings.ts'
import type { MigrationToolName } from '../../src/domain/plan.ts'

test('statements know their lines, and words in comments and values are no words of SQL', () => {
  const placed = placedStatements(
    `-- drop table a\n\nalter table a -- why\n  drop column b;\nselect 'drop; table', $$ x; $$; select 3`,
  )
  expect(placed.map(({ line }) => line)).toEqual([3, 5, 5])
  expect(placed[0]?.bare.split('\n')).toEqual(['alter table a       ', '  drop column b'])
  expect(placed[1]?.bare).not.toMatch(/drop|x/)
})

test('what an up destroys is said with its line, and what only looks like it is not', async () => {
  const said = await read('sql', {
    '001_clean.up.sql': `create table notes (id bigint);
drop table if exists old, "Odd" cascade;
alter table only public.users
  add column phone text, -- drop column nothing
  drop column fax,
  drop constraint by_fax, alter column phone drop not null, alter phone drop default,
  alter column name type varchar(10) using left(name, 10);
update users set phone = fax, name = upper(name);
truncate table only visits restart identity cascade;
do $$
begin
  if true then
    delete from visits;
  end if;
end $$;
insert into notes values (1) on conflict do nothing;
select 'drop table x'; select id from users for update;
create temp table work (id int); drop table work; update users set tag = '' where users.tag is null;
create function f() returns void language sql as $$ delete from users $$;
drop schema app cascade; drop index by_name; drop type mood;`,
    '001_clean.down.sql': '',
  })
  expect(said('belay', 'up')).toEqual([
    '001_clean.up.sql:2 drop-table: drops table old: its rows are gone, and what still reads it fails',
    '001_clean.up.sql:2 drop-table: drops table "Odd": its rows are gone, and what still reads it fails',
    '001_clean.up.sql:5 drop-column: drops column users.fax: its values are gone, and what still reads it fails',
    '001_clean.up.sql:7 narrow-type: changes the type of users.name to varchar(10): values that do not fit fail or are cut',
    '001_clean.up.sql:8 update: overwrites values of users.name, and the opposite way does not put them back',
    '001_clean.up.sql:9 truncate: empties visits: its rows are gone, and nothing brings them back',
    '001_clean.up.sql:13 delete: deletes rows of visits: nothing brings them back',
    '001_clean.up.sql:20 drop-schema: drops schema app: everything in it is gone',
    '001_clean.up.sql:20 drop-type: drops type mood: with CASCADE every column of it goes too',
  ])
})

test('what a query writes beside what it asks is read, each part of it', async () => {
  const said = await read('sql', {
    '001_more.up.sql': `WITH gone AS (
  DELETE FROM ONLY "visits" WHERE id > (select 0) RETURNING id), marked as (update users set seen = true, tag = 'x' where id in (1))
insert into log select id from gone on conflict (id) do update set at = now(), n = excluded.n where log.n is null;
merge into public.users u using visits v on u.id = v.user_id
  when matched and v.id is null then delete
  when matched then update set name = v.name when not matched then do nothing;
with old as (select 1) delete /* all */ from old_visits;
insert into fresh select * from users on conflict do nothing;
drop extension if exists hstore cascade;
with a as (select 1) select * from users for update;`,
    '001_more.down.sql': '',
  })
  expect(said('belay', 'up').map((line) => line.replace(/^\S+:(\d+) (\S+): (.*?)(?:,|:) .*$/, '$1 $2 $3'))).toEqual([
    '1 delete deletes rows of visits',
    '1 update overwrites values of users.seen',
    '1 update overwrites values of users.tag',
    '1 update overwrites values of log.at',
    '4 delete deletes rows of users',
    '4 update overwrites values of users.name',
    '7 delete deletes rows of old_visits',
    '9 drop-extension drops extension hstore',
  ])
})

test('a down that undoes what its up made is told from one that destroys more, and from one that newer rows stop', async () => {
  const said = await read('sql', {
    '001_more.up.sql': `create table notes (id bigint);
alter table users add column phone text, drop constraint by_name, alter column age drop not null;
insert into kinds values (1);
update users set name = lower(name);`,
    '001_more.down.sql': `drop table notes;
alter table users drop column phone,
  drop column name;
delete from kinds where id = 1;
alter table users alter column age set not null;
alter table users add constraint by_name unique (name);
update users set name = initcap(name);
alter table users add column fax text not null, add column fine int not null default 0;`,
  })
  expect(said('belay', 'up')).toEqual([])
  expect(said('belay', 'down')).toEqual([
    '001_more.down.sql:1 own-table: drops table notes that the up creates',
    '001_more.down.sql:2 own-column: drops column users.phone that the up adds',
    '001_more.down.sql:3 drop-column: drops column users.name: its values are gone, and what still reads it fails',
    '001_more.down.sql:4 own-rows: deletes rows of kinds, where the up inserts some',
    '001_more.down.sql:5 not-null-again: makes users.age NOT NULL again: fails on a row written since without it',
    '001_more.down.sql:6 constraint-again: adds UNIQUE to users again: fails on rows written since that violate it',
    '001_more.down.sql:8 required-column: adds users.fax NOT NULL without a default: fails as soon as the table has a row',
  ])
})

test('a type narrows where a value may not survive, in doubt it does', () => {
  const wider = [
    ['int', 'bigint'],
    ['varchar(10)', 'character varying(20)'],
    ['char(3)', 'text'],
    ['numeric(8,2)', 'numeric(10,2)'],
    ['date', 'timestamptz'],
    ['integer', 'numeric'],
    ['uuid', 'text'],
    ['date', 'date'],
  ]
  expect(wider.filter(([from = '', to = '']) => mayNarrow(from, to))).toEqual([])
  const narrower = [
    ['bigint', 'int'],
    ['text', 'varchar(10)'],
    ['numeric(10,2)', 'numeric(10,4)'],
    ['numeric', 'int'],
    ['timestamp with time zone', 'date'],
    ['double precision', 'real'],
    ['text', 'mood'],
  ]
  expect(narrower.filter(([from = '', to = '']) => !mayNarrow(from, to))).toEqual([])
  expect([mayNarrow(null, 'text'), mayNarrow(null, 'int'), mayNarrow(null, 'varchar(5)')]).toEqual([false, true, true])
})

test('squawk tells of locks in both ways, on the lines of the file; style is left out, and a new table blocks nobody', async () => {
  const said = await read('sql', {
    '001_locks.up.sql': `create table notes (id int primary key, title varchar(10));
create index by_title on notes (title);

create index by_name on users (name);`,
    '001_locks.down.sql': `-- the way back
drop index by_name;
alter table users rename column name to title;`,
  })
  expect(said('squawk', 'up')).toEqual([
    expect.stringMatching(/^001_locks\.up\.sql:4 require-concurrent-index-creation: .*blocking writes/),
  ])
  expect(said('squawk', 'down')).toEqual([
    expect.stringMatching(/^001_locks\.down\.sql:2 require-concurrent-index-deletion: /),
    expect.stringMatching(/^001_locks\.down\.sql:3 renaming-column: /),
  ])
})

test('the calls of a script and the SQL in it are read where they stand', async () => {
  const said = await read('node-pg-migrate', {
    '1_calls.js': `exports.up = (pgm) => {
  // pgm.dropTable('nothing')
  pgm.createTable('notes', { id: 'id', title: { type: 'text', notNull: true } })
  pgm.addColumns('users', { phone: { type: 'text' }, need: { type: 'int', notNull: true } })
  pgm.dropColumns('users', ['fax', 'pager'])
  pgm.alterColumn({ schema: 'app', name: 'users' }, 'age', { type: 'smallint' })
  pgm.sql(\`
    -- all of them
    delete from visits;
    create index by_name on users (name)\`)
  pgm.dropTable(computed)
}

exports.down = (pgm) => {
  pgm.dropTable('notes')
  pgm.dropColumn('users', 'phone')
  pgm.alterColumn('users', 'age', { notNull: true })
  pgm.addConstraint('users', 'by_name', { unique: 'name' })
}
`,
  })
  expect(said('belay', 'up')).toEqual([
    '1_calls.js:4 required-column: adds users.need NOT NULL without a default: fails as soon as the table has a row',
    '1_calls.js:5 drop-column: drops column users.fax: its values are gone, and what still reads it fails',
    '1_calls.js:5 drop-column: drops column users.pager: its values are gone, and what still reads it fails',
    '1_calls.js:6 narrow-type: changes the type of app.users.age to smallint: values that do not fit fail or are cut',
    '1_calls.js:9 delete: deletes rows of visits: nothing brings them back',
    '1_calls.js:11 drop-table: drops table ?: its rows are gone, and what still reads it fails',
  ])
  expect(said('belay', 'down')).toEqual([
    '1_calls.js:15 own-table: drops table notes that the up creates',
    '1_calls.js:16 own-column: drops column users.phone that the up adds',
    '1_calls.js:17 not-null-again: makes users.age NOT NULL again: fails on a row written since without it',
    '1_calls.js:18 constraint-again: adds UNIQUE to users again: fails on rows written since that violate it',
  ])
  expect(said('squawk', 'up')).toEqual([expect.stringMatching(/^1_calls\.js:10 require-concurrent-index-creation: /)])
})

/** The warnings of these migrations, a line each. */
async function read(tool: MigrationToolName, files: Readonly<Record<string, string>>) {
  const releaseDirectory = await mkdtemp(join(tmpdir(), 'belay-warnings-'))
  onTestFinished(() => rm(releaseDirectory, { recursive: true }))
  await mkdir(join(releaseDirectory, 'migrations'))
  for (const [name, text] of Object.entries(files)) await writeFile(join(releaseDirectory, 'migrations', name), text)
  const release = {
    releaseDirectory,
    settings: {
      tool,
      directory: 'migrations',
      table: 'schema_migrations',
      schema: 'public',
      additive: 'none' as const,
      timeoutMs: 10_000,
      lockTimeoutMs: 1_000,
    },
  }
  const { of, silent } = await migrationWarnings(
    release,
    toolFor(release.settings).read(new Map(Object.entries(files))),
  )
  expect(silent).toBeNull()
  const all = [...of.values()].flat()
  return (from: 'belay' | 'squawk', way: 'up' | 'down') =>
    all
      .filter((one) => one.from === from && one.way === way)
      .map(({ file, line, rule, message }) => `${file}:${line} ${rule}: ${message}`)
}
