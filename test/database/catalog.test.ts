import { afterEach, beforeEach, expect, test } from 'vitest'
import { fingerprintOf, loadCatalog, readCatalog, storeCatalog } from '../../activities/database/catalog/catalog.ts'
import { diffCatalogs } from '../../src/domain/catalog.ts'
import { createWorld, type DatabaseWorld, withClient } from './world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  await world.query(everything)
})

afterEach(async () => {
  await world.stop()
})

const everything = `
  create schema app;
  create type app.colour as enum ('red', 'green');
  create domain app.email as text check (value like '%@%');
  create type app.pair as (a int, b text);
  create sequence app.numbers increment 5;
  create table app.users (
    id bigint generated always as identity primary key, name text not null default 'x', mail app.email unique,
    hue app.colour, low text generated always as (lower(name)) stored, "Odd name" int check ("Odd name" > 0));
  create table app.events (at timestamptz not null, user_id bigint references app.users) partition by range (at);
  create table app.events_2024 partition of app.events for values from ('2024-01-01') to ('2025-01-01');
  create index by_user on app.events (user_id);
  create function app.bump() returns trigger language plpgsql as $$ begin new.name := 'y'; return new; end $$;
  create trigger bump before insert on app.users for each row execute function app.bump();
  create view app.names as select name from app.users;
  create materialized view app.counted as select count(*) from app.users;
  alter table app.users enable row level security;
  create policy own on app.users for select using (name = current_user);
  create rule quiet as on delete to app.names do instead nothing;
  create statistics app.related on name, mail from app.users;
  comment on column app.users.name is 'said';
  grant select on app.users to public;`

const changes: readonly (readonly [string, string, string])[] = [
  ['a column', 'alter table app.users add column z int', 'column app.users.z: not expected, but it is there'],
  ['a default', `alter table app.users alter name set default 'q'`, `default expected 'x'::text, got 'q'::text`],
  ['a NOT NULL', 'alter table app.users alter name drop not null', 'NOT NULL expected yes, got no'],
  ['a type', 'alter table app.users alter "Odd name" type bigint', 'type expected integer, got bigint'],
  ['an index', 'drop index app.by_user', 'index app.by_user: expected, but it is gone'],
  ['an enum label', `alter type app.colour add value 'blue' before 'green'`, 'labels expected (red, green)'],
  ['a domain', 'alter domain app.email set not null', 'domain app.email: NOT NULL'],
  ['a composite type', 'alter type app.pair add attribute c int', 'composite type app.pair: attributes'],
  ['a sequence', 'alter sequence app.numbers increment 7', 'increment expected 5, got 7'],
  [
    'a function body',
    `create or replace function app.bump() returns trigger language plpgsql as 'begin return old; end'`,
    'function app.bump(): definition',
  ],
  ['a trigger that is off', 'alter table app.users disable trigger bump', 'trigger app.users.bump: enabled'],
  [
    'a view',
    'create or replace view app.names as select upper(name) as name from app.users',
    'view app.names: definition',
  ],
  ['a policy', 'alter policy own on app.users using (true)', 'policy app.users.own: using'],
  ['a comment', `comment on column app.users.name is 'other'`, 'comment expected said, got other'],
  ['a grant', 'revoke select on app.users from public', 'table app.users: access'],
  ['an option', 'alter table app.events_2024 set (fillfactor = 50)', 'table app.events_2024: options'],
  ['row security', 'alter table app.users disable row level security', 'row security expected yes, got no'],
  ['a constraint', 'alter table app.users drop constraint users_mail_key', 'constraint app.users.users_mail_key'],
  ['an extension', 'create extension if not exists pg_trgm', 'extension pg_trgm: not expected'],
  ['an owner', 'create role other_owner; alter table app.users owner to other_owner', 'owner expected'],
]

test.each(changes)('the fingerprint sees %s', async (_, sql, words) => {
  const [before, after] = await withClient(world.url, async (client) => {
    const first = await readCatalog(client, world.database.migrations)
    await client.query('begin')
    try {
      await client.query(sql)
      return [first, await readCatalog(client, world.database.migrations)] as const
    } finally {
      await client.query('rollback')
    }
  })
  expect(diffCatalogs(before, after).join('\n')).toContain(words)
  expect(fingerprintOf(after)).not.toBe(fingerprintOf(before))
})

test('rows, sequences’ positions, statistics and physical order do not change it', async () => {
  const before = await catalog()
  await world.query(`alter table app.users drop column "Odd name";
    alter table app.users add column "Odd name" int check ("Odd name" > 0)`)
  await world.query(`insert into app.users (mail) values ('a@b'); select nextval('app.numbers'); analyze`)
  await world.query('vacuum full app.users')
  const after = await catalog()
  expect(diffCatalogs(before, after)).toEqual([])
  expect(fingerprintOf(after)).toBe(fingerprintOf(before))
})

test('the tool’s own history table is not part of it', async () => {
  const before = await catalog()
  await world.query(
    'create table schema_migrations (id serial primary key, name text unique); create index on schema_migrations (name)',
  )
  expect(diffCatalogs(before, await catalog())).toEqual([])
  await world.query('create table other_migrations (id serial primary key)')
  expect(diffCatalogs(before, await catalog())).toEqual([
    'sequence other_migrations_id_seq: not expected, but it is there',
    'table other_migrations: not expected, but it is there',
  ])
})

test('what is stored is what is loaded, under its fingerprint', async () => {
  const stored = await catalog()
  const fingerprint = await storeCatalog(world.directory, stored)
  expect(await loadCatalog(world.directory, fingerprint)).toEqual(stored)
  expect(await loadCatalog(world.directory, 'f'.repeat(64))).toBe(null)
})

test('who reads it, and with which search path, does not matter', async () => {
  const other = await withClient(world.url, async (client) => {
    await client.query('set search_path = app, public')
    const read = await readCatalog(client, world.database.migrations)
    const { rows } = await client.query(`select current_setting('search_path') as path`)
    expect(rows).toEqual([{ path: 'app, public' }])
    return read
  })
  expect(fingerprintOf(other)).toBe(fingerprintOf(await catalog()))
})

async function catalog() {
  return await withClient(world.url, (client) => readCatalog(client, world.database.migrations))
}
