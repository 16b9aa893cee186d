import { afterEach, beforeEach, expect, test } from 'vitest'
import { sqlPairs } from '../../../activities/database/tools/sql-pairs.ts'
import { eventually } from '../../support/eventually.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld('sql')
})

afterEach(async () => {
  await world.stop()
})

const diesel = {
  '00000000000000_initial/up.sql': 'create table users (id bigint primary key, name text);',
  '00000000000000_initial/down.sql': 'drop table users;',
  '2024-01-02-030405_trial/up.sql': 'alter table users add column trial_ends_at date;',
  '2024-01-02-030405_trial/down.sql': 'alter table users drop column trial_ends_at;',
  '2024-01-03-000000_by_name/up.sql': 'create index concurrently by_name on users (name);\nselect 1;',
  '2024-01-03-000000_by_name/down.sql': 'drop index concurrently by_name;',
  '2024-01-03-000000_by_name/metadata.toml': 'run_in_transaction = false\n',
}
const dieselNames = ['00000000000000_initial', '2024-01-02-030405_trial', '2024-01-03-000000_by_name']

test('folders of up and down are applied and go back, a file of metadata says which outside a transaction', async () => {
  const release = await world.release('1.0.0', { ...diesel, 'seeds/people.sql': 'not sql' })
  const deployed = await world.deploy(release)
  expect(deployed.review).toMatchObject({ pending: dieselNames, withoutDown: [], refusals: [], unknown: [] })
  expect(deployed.result).toMatchObject({ applied: dieselNames, history: dieselNames, failure: null })
  const result = await world.revert(deployed)
  expect(result).toMatchObject({ reverted: dieselNames.toReversed(), catalogRestored: true, failure: null })
  expect(await world.revert(deployed, { attempt: 2 })).toEqual(result)
})

test('without the metadata the same file cannot run, because it would in a transaction', async () => {
  const { '2024-01-03-000000_by_name/metadata.toml': _, ...without } = diesel
  const { result } = await world.deploy(await world.release('1.0.0', without))
  expect(result).toMatchObject({
    applied: dieselNames.slice(0, 2),
    failure: { migration: dieselNames[2], message: expect.stringContaining('cannot run inside a transaction block') },
  })
})

test('a project of Diesel changes over with its history, and Diesel can go on with what Belay leaves', async () => {
  // As Diesel's own setup and its first run have left it.
  await world.query(`create table __diesel_schema_migrations
    (version varchar(50) primary key not null, run_on timestamp not null default current_timestamp)`)
  await world.query(`insert into __diesel_schema_migrations (version) values ('00000000000000')`)
  await world.query('create table users (id bigint primary key, name text)')
  world.database.migrations.table = '__diesel_schema_migrations'
  const release = await world.release('1.0.0', diesel)
  const deployed = await world.deploy(release)
  expect(deployed.review).toMatchObject({
    applied: dieselNames.slice(0, 1),
    pending: dieselNames.slice(1),
    unknown: [],
  })
  expect(deployed.result).toMatchObject({ applied: dieselNames.slice(1), failure: null })
  const versions = 'select version from __diesel_schema_migrations order by 1'
  expect(await world.query(versions)).toEqual(
    ['00000000000000', '20240102030405', '20240103000000'].map((version) => ({ version })),
  )
  expect(await world.revert(deployed)).toMatchObject({
    reverted: dieselNames.slice(1).toReversed(),
    catalogRestored: true,
  })
  expect(await world.query(versions)).toEqual([{ version: '00000000000000' }])
})

test('where Diesel’s table is not there yet it is made as Diesel makes it', async () => {
  world.database.migrations.table = '__diesel_schema_migrations'
  await world.deploy(await world.release('1.0.0', diesel))
  const columns = await world.query<{ column_name: string; data_type: string }>(
    `select column_name, data_type from information_schema.columns
     where table_name = '__diesel_schema_migrations' order by 1`,
  )
  expect(columns).toEqual([
    { column_name: 'run_on', data_type: 'timestamp without time zone' },
    { column_name: 'version', data_type: 'character varying' },
  ])
})

test('another tool’s table of versions is refused, and nothing is written to it', async () => {
  await world.query('create table schema_migrations (version bigint primary key, dirty boolean not null)')
  const { order, database, activities } = world
  const releaseDirectory = await world.release('1.0.0', diesel)
  await expect(activities.reviewMigrations({ order, database, releaseDirectory, known: null })).rejects.toThrow(
    /expected Belay's history table, or Diesel's, got one without name, sha256, position/,
  )
})

test('versioned names are ordered by their number, and pair by pair', async () => {
  const files = {
    'V2.Trial.up.sql': 'alter table users add column trial date;',
    'V2.Trial.down.sql': 'alter table users drop column trial;',
    'V10.Plan.up.sql': 'alter table users add column plan text;',
    'V10.Plan.down.sql': 'alter table users drop column plan;',
    'V0001.Users.up.sql': 'create table users ();',
    'V0001.Users.down.sql': 'drop table users;',
  }
  const deployed = await world.deploy(await world.release('1.0.0', files))
  const names = ['V0001.Users', 'V2.Trial', 'V10.Plan']
  expect(deployed.result).toMatchObject({ applied: names, history: names, failure: null })
  expect(await world.revert(deployed)).toMatchObject({ reverted: names.toReversed(), catalogRestored: true })
})

test.each([
  [
    'two layouts',
    { '001_a.up.sql': 'select 1', '002_b/up.sql': 'select 1' },
    'expected one layout of migrations, got NNN_name.up.sql (001_a.up.sql) and NNN_name/up.sql (002_b/up.sql)',
  ],
  ['a file of no layout', { '001_a.up.sql': 'select 1', 'fix.sql': 'select 1' }, 'fix.sql: expected NNN_name.up.sql'],
  ['a pair too deep', { '001_a/up.sql': 'select 1', 'x/002_b/up.sql': 'select 1' }, 'x/002_b/up.sql: expected'],
])('%s is refused in words', async (_, files, words) => {
  const { order, database, activities } = world
  const releaseDirectory = await world.release('1.0.0', files)
  const review = activities.reviewMigrations({ order, database, releaseDirectory, known: null })
  await expect(review).rejects.toThrow(words)
})

test('metadata that cannot be read, a folder without an up and two of one version are refused before anything runs', async () => {
  const files = {
    '001_a/up.sql': 'create table a ();',
    '001_a/metadata.toml': 'run_in_transaction = "no"',
    '002_b/down.sql': 'select 1;',
    '003_c/up.sql': 'select 1;',
    '00-3_d/up.sql': 'select 1;',
  }
  const { review, result } = await world.deploy(await world.release('1.0.0', files))
  expect(review.refusals).toEqual([
    '001_a: 001_a/metadata.toml: expected TOML with run_in_transaction = true or false',
    '002_b: there is 002_b/down.sql, but no up beside it',
    '00-3_d: expected a version of its own, got that of 003_c',
    '003_c: expected a version of its own, got that of 00-3_d',
  ])
  expect(review.withoutDown).toEqual(expect.arrayContaining(['001_a', '003_c']))
  expect(result).toMatchObject({ applied: [], failure: { migration: null } })
  expect(await world.query(`select to_regclass('a') as a`)).toEqual([{ a: null }])
})

test('outside a transaction, one that fails half way says what it left and goes on there after a fix', async () => {
  await world.query(`create table users (id bigint, name text)`)
  const bad = {
    '001_two/up.sql': 'create index concurrently one on users (id);\ncreate index concurrently two on users (nothing);',
    '001_two/down.sql': 'drop index concurrently two;\ndrop index concurrently one;',
    '001_two/metadata.toml': 'run_in_transaction = false',
  }
  const { result } = await world.deploy(await world.release('1.0.0', bad))
  expect(result).toMatchObject({ applied: [], failure: { migration: '001_two' } })
  expect(result.failure?.message).toMatch(/"nothing" does not exist[\s\S]*left: .*one/)
  await world.query('alter table users add column nothing int')
  const again = await world.deploy(await world.release('1.0.0', bad), 2)
  expect(again.result).toMatchObject({ applied: ['001_two'], failure: null })
})

test('a reader that holds the table ends the migration at its limit, and nothing waits behind it', async () => {
  const [first, second] = [Object.entries(diesel).slice(0, 2), Object.entries(diesel).slice(0, 4)]
  await world.deploy(await world.release('1.0.0', Object.fromEntries(first)))
  await world.deployment('d2')
  world.database.migrations.lockTimeoutMs = 200
  const release = await world.release('1.1.0', Object.fromEntries(second))
  const result = await withClient(world.url, async (reader) => {
    await reader.query('begin; select from users')
    const deployed = await world.deploy(release)
    await eventually('no queue', async () => (await world.query('select from pg_locks where not granted')).length === 0)
    return deployed.result
  })
  expect(result).toMatchObject({ applied: [], failure: { migration: dieselNames[1] } })
  expect(result.failure?.message).toContain('lock timeout')
})

test('comments and formatting of the metadata are no change; what it says is', () => {
  const path = '2024-01-03-000000_by_name'
  const read = (metadata: string, up = diesel[`${path}/up.sql`]) =>
    sqlPairs.read(
      new Map([
        [`${path}/up.sql`, up],
        [`${path}/metadata.toml`, metadata],
      ]),
    )[0]
  const [was, commented] = [
    read('run_in_transaction = false'),
    read('# why\nrun_in_transaction=false\n', `-- fast\n${diesel[`${path}/up.sql`]}`),
  ]
  expect(commented?.sha256).toBe(was?.sha256)
  expect(commented?.bytes).not.toBe(was?.bytes)
  expect(read('run_in_transaction = true')?.sha256).not.toBe(was?.sha256)
})
