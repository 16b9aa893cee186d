import { afterEach, beforeEach, expect, test } from 'vitest'
import { failureTypes } from '../../src/domain/failure.ts'
import { createWorld, type DatabaseWorld, withClient } from './world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
})

afterEach(async () => {
  await world.stop()
})

const users = {
  '001_users.up.sql': 'create table users (id bigint generated always as identity primary key, name text not null);',
  '001_users.down.sql': 'drop table users;',
}
const trial = {
  '002_trial.up.sql': `alter table users add column trial_ends_at date, add column plan text not null default 'free';`,
  '002_trial.down.sql': 'alter table users drop column trial_ends_at, drop column plan;',
}

test('what is pending is applied in order, and the history says so', async () => {
  const release = await world.release('1.0.0', { ...users, ...trial })
  const { review, result } = await world.deploy(release)
  expect(review).toMatchObject({
    applied: [],
    pending: ['001_users', '002_trial'],
    unknown: [],
    withoutDown: [],
    refusals: [],
  })
  expect(result).toMatchObject({
    applied: ['001_users', '002_trial'],
    history: ['001_users', '002_trial'],
    failure: null,
  })
  expect(result.catalogBefore).toBe(review.catalog)
  expect(result.catalogAfter).not.toBe(result.catalogBefore)
  expect(await world.query('select name, trial_ends_at, plan from users')).toEqual([])
})

test('a deployment that is asked twice applies nothing twice and gives the same answer', async () => {
  const release = await world.release('1.0.0', { ...users, ...trial })
  const { result } = await world.deploy(release)
  const pending = ['001_users', '002_trial']
  const { order, database, activities } = world
  const again = await activities.migrate({ order, database, releaseDirectory: release, pending, try: 1 })
  const fresh = await activities.migrate({ order, database, releaseDirectory: release, pending, try: 2 })
  expect(again).toEqual(result)
  expect(fresh).toEqual(result)
})

test('a revert brings the exact catalog back and proves it', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.query(`insert into users (name) values ('a')`)
  await world.deployment('d2')
  const deployed = await world.deploy(await world.release('1.1.0', { ...users, ...trial }))
  const result = await world.revert(deployed)
  expect(result).toEqual({
    reverted: ['002_trial'],
    kept: [],
    losses: [],
    catalogRestored: true,
    difference: [],
    failure: null,
    unchanged: false,
  })
  expect(await world.query('select * from users')).toEqual([{ id: '1', name: 'a' }])
  expect(await world.revert(deployed)).toEqual(result)
  expect(await world.revert(deployed, { attempt: 2 })).toEqual(result)
})

test('values written to a new column keep the schema, and are counted exactly', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.deployment('d2')
  const deployed = await world.deploy(await world.release('1.1.0', { ...users, ...trial }))
  await world.query(
    `insert into users (name, trial_ends_at) select 'n', case when n <= 37 then current_date end from generate_series(1, 100) n`,
  )
  await world.query(`update users set plan = 'pro' where id <= 3`)
  const losses = [
    { migration: '002_trial', object: 'users.plan', rows: 3, why: `value other than the default 'free'`, kind: 'lost' },
    { migration: '002_trial', object: 'users.trial_ends_at', rows: 37, why: 'value written', kind: 'lost' },
  ]
  const result = await world.revert(deployed)
  expect(byObject(result.losses)).toEqual(losses)
  expect(result).toMatchObject({ reverted: [], kept: ['002_trial'], catalogRestored: false, failure: null })
  expect(await world.query('select count(trial_ends_at)::int as n from users')).toEqual([{ n: 37 }])

  const lost = await world.revert(deployed, { onLoss: 'lose', attempt: 2 })
  expect(lost).toMatchObject({ reverted: ['002_trial'], kept: [], catalogRestored: true, failure: null })
  expect(byObject(lost.losses)).toEqual(losses)
})

function byObject<T extends { object: string }>(losses: readonly T[]): T[] {
  return losses.toSorted((a, b) => (a.object < b.object ? -1 : 1))
}

test('rows that the migration itself brought are no loss; one more is', async () => {
  const files = {
    '001_plans.up.sql': `create table plans (code text primary key, price int); insert into plans values ('a', 1), ('b', 2);`,
    '001_plans.down.sql': 'drop table plans;',
    '002_plans_note.up.sql': `alter table plans add column note text; insert into plans (code) values ('c');`,
    '002_plans_note.down.sql': 'alter table plans drop column note;',
  }
  const deployed = await world.deploy(await world.release('1.0.0', files))
  await world.query(`update plans set price = 3 where code = 'b'`)
  await world.query(`insert into plans values ('d', 4)`)
  const kept = await world.revert(deployed)
  expect(kept).toMatchObject({ reverted: [], kept: ['002_plans_note', '001_plans'], failure: null })
  expect(kept.losses).toEqual([
    { migration: '001_plans', object: 'plans', rows: 2, why: 'row written since the migration', kind: 'lost' },
  ])

  await world.query(`update plans set price = 2 where code = 'b'`)
  await world.query(`delete from plans where code = 'd'`)
  expect(await world.revert(deployed, { attempt: 2 })).toMatchObject({
    reverted: ['002_plans_note', '001_plans'],
    kept: [],
    losses: [],
    catalogRestored: true,
  })
})

test('what a computed default filled in is no loss, a value that it gave to a new row is; a generated column has none', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.query(`insert into users (name) values ('a'), ('b')`)
  await world.deployment('d2')
  const add = (column: string, type: string) => ({
    [`002_${column}.up.sql`]: `alter table users add column ${column} ${type}`,
    [`002_${column}.down.sql`]: `alter table users drop column ${column}`,
  })
  const derived = await world.deploy(
    await world.release('1.1.0', { ...users, ...add('upper_name', 'text generated always as (upper(name)) stored') }),
  )
  expect(await world.revert(derived)).toMatchObject({ reverted: ['002_upper_name'], losses: [], catalogRestored: true })

  await world.deployment('d3')
  const stamped = await world.deploy(
    await world.release('1.2.0', { ...users, ...add('joined_at', 'timestamptz default now()') }),
  )
  await world.query(`insert into users (name) values ('c')`)
  expect((await world.revert(stamped)).losses).toMatchObject([{ object: 'users.joined_at', rows: 1 }])
})

test('a renamed column is no loss; a dropped one has no way back', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.query(`insert into users (name) values ('a')`)
  await world.deployment('d2')
  const rename = {
    '002_rename.up.sql': 'alter table users rename column name to full_name',
    '002_rename.down.sql': 'alter table users rename column full_name to name',
  }
  const renamed = await world.deploy(await world.release('1.1.0', { ...users, ...rename }))
  expect(await world.revert(renamed)).toMatchObject({ reverted: ['002_rename'], losses: [], catalogRestored: true })

  await world.deployment('d3')
  const drop = {
    '002_drop.up.sql': 'alter table users drop column name',
    '002_drop.down.sql': `alter table users add column name text not null default ''`,
  }
  const dropped = await world.deploy(await world.release('1.2.0', { ...users, ...drop }))
  expect(dropped.review.withoutDown).toEqual(['002_drop'])
  const result = await world.revert(dropped)
  expect(result).toMatchObject({ reverted: [], kept: ['002_drop'], failure: null })
  expect(result.losses).toEqual([
    {
      migration: '002_drop',
      object: 'users.name',
      rows: 0,
      why: 'dropped by the migration itself; a revert brings it back empty',
      kind: 'gone',
    },
  ])
})

test('a widened type goes back while every value still fits', async () => {
  const first = { '001_t.up.sql': 'create table t (v varchar(3))', '001_t.down.sql': 'drop table t' }
  await world.deploy(await world.release('1.0.0', first))
  await world.deployment('d2')
  const wider = {
    '002_wider.up.sql': 'alter table t alter column v type varchar(10)',
    '002_wider.down.sql': 'alter table t alter column v type varchar(3)',
  }
  const deployed = await world.deploy(await world.release('1.1.0', { ...first, ...wider }))
  await world.query(`insert into t values ('abc'), ('abcd'), (null)`)
  expect((await world.revert(deployed)).losses).toEqual([
    {
      migration: '002_wider',
      object: 't.v',
      rows: 1,
      why: 'value that does not fit into character varying(3)',
      kind: 'lost',
    },
  ])
  await world.query(`delete from t where v = 'abcd'`)
  expect(await world.revert(deployed, { attempt: 2 })).toMatchObject({ reverted: ['002_wider'], catalogRestored: true })
})

test('a migration that fails leaves nothing of itself, and says which one and why', async () => {
  const release = await world.release('1.0.0', {
    ...users,
    '002_bad.up.sql': 'alter table users add column x int; select 1 / 0;',
    '002_bad.down.sql': 'alter table users drop column x',
  })
  const { result } = await world.deploy(release)
  expect(result).toMatchObject({ applied: ['001_users'], history: ['001_users'] })
  expect(result.failure).toEqual({ migration: '002_bad', message: 'division by zero; 22012' })
  expect(await world.query('select * from users')).toEqual([])
})

test('what must not be applied is refused in words before anything runs', async () => {
  const { order, database, activities } = world
  const review = async (releaseDirectory: string) =>
    await activities.reviewMigrations({ order, database, releaseDirectory, known: null })
  await world.deploy(await world.release('1.0.0', { ...users, ...trial }))

  const edited = await world.release('1.1.0', {
    ...users,
    '001_users.up.sql': 'create table users (id int);',
    ...trial,
    '003_x.up.sql': 'create table x ()',
  })
  expect((await review(edited)).refusals).toEqual([
    expect.stringContaining('001_users was changed after it was applied'),
  ])

  const commented = await world.release('1.1.1', {
    ...users,
    '001_users.up.sql': `-- said better\n${users['001_users.up.sql']}`,
    ...trial,
  })
  expect((await review(commented)).refusals).toEqual([])

  const early = await world.release('1.2.0', { ...users, '001a_early.up.sql': 'create table x ()', ...trial })
  expect((await review(early)).refusals).toEqual([
    '001a_early comes before 002_trial, which is already applied: rename it so that it comes last',
  ])

  const committing = await world.release('1.3.0', {
    ...users,
    ...trial,
    '003_x.up.sql': 'create table x (); commit; select 1',
  })
  await world.deployment('d2')
  expect((await world.deploy(committing)).result).toMatchObject({
    applied: [],
    failure: { migration: null, message: expect.stringContaining('003_x: commit: expected no transaction control') },
  })
  expect(await world.query(`select to_regclass('x') as x`)).toEqual([{ x: null }])
})

test('the review names what nobody knows, and what has no way back', async () => {
  const { order, database, activities } = world
  const first = await world.release('1.0.0', { ...users, ...trial })
  await world.deploy(first)
  const releaseDirectory = await world.release('1.1.0', {
    ...users,
    '003_no_down.up.sql': 'create table a ()',
    '004_empty_down.up.sql': 'create table b ()',
    '004_empty_down.down.sql': '-- nothing\n;',
    '005_down.up.sql': 'create table c ()',
    '005_down.down.sql': 'drop table c',
  })
  await world.query(`insert into schema_migrations (name, sha256) values ('002b_by_hand', '')`)
  const unknown = await activities.reviewMigrations({ order, database, releaseDirectory, known: null })
  // 002_trial is not in this release; the host remembers who applied it.
  expect(unknown).toMatchObject({ unknown: ['002b_by_hand'], withoutDown: ['003_no_down', '004_empty_down'] })
  const known = ['001_users', '002_trial', '002b_by_hand'].map((name) => ({ name, releaseDirectory: first }))
  expect(await activities.reviewMigrations({ order, database, releaseDirectory, known })).toMatchObject({ unknown: [] })
})

test('a migration applied later by somebody else forbids the revert below it', async () => {
  const deployed = await world.deploy(await world.release('1.0.0', users))
  await world.query(`insert into schema_migrations (name, sha256) values ('009_foreign', '')`)
  expect(await world.revert(deployed)).toMatchObject({
    reverted: [],
    kept: ['001_users'],
    failure: { message: expect.stringContaining('009_foreign was applied later and is not part of this rollback') },
  })
})

test('a schema that somebody changed since is not reverted without being asked for', async () => {
  const deployed = await world.deploy(await world.release('1.0.0', users))
  await world.query('create table by_hand (id int references users)')
  expect((await world.revert(deployed)).failure?.message).toContain(
    'changed by somebody else since 001_users was applied: table by_hand: not expected, but it is there',
  )
  await world.query('drop table by_hand')
  expect(await world.revert(deployed, { attempt: 2 })).toMatchObject({ reverted: ['001_users'], catalogRestored: true })
})

test('a down that restores less than it should is rolled back, and told object by object', async () => {
  const leaky = {
    '001_t.up.sql': `create type colour as enum ('red'); create table t (c colour)`,
    '001_t.down.sql': 'drop table t',
  }
  const deployed = await world.deploy(await world.release('1.0.0', leaky))
  expect(await world.revert(deployed)).toMatchObject({
    reverted: [],
    kept: ['001_t'],
    catalogRestored: false,
    failure: {
      migration: '001_t',
      message:
        '001_t: its down ran, but did not restore the schema: enum colour: not expected, but it is there; nothing was changed: history and schema are as before',
    },
    unchanged: true,
  })
  expect(await world.query(`select to_regclass('t')::text as t`)).toEqual([{ t: 't' }])
})

test('a file outside a transaction may create an index concurrently, and goes back the same way', async () => {
  await world.deploy(await world.release('1.0.0', users))
  await world.deployment('d2')
  const index = {
    '002_index.up.sql':
      '-- belay: no transaction\ncreate index concurrently by_name on users (name);\ncreate index concurrently by_id on users (id);',
    '002_index.down.sql': '-- belay: no transaction\ndrop index concurrently by_id;\ndrop index concurrently by_name;',
  }
  const deployed = await world.deploy(await world.release('1.1.0', { ...users, ...index }))
  expect(deployed.result).toMatchObject({ applied: ['002_index'], failure: null })
  expect(await world.revert(deployed)).toMatchObject({ reverted: ['002_index'], catalogRestored: true, failure: null })

  await world.deployment('d3')
  const inside = { ...index, '002_index.up.sql': 'create index concurrently by_name on users (name)' }
  const { result } = await world.deploy(await world.release('1.2.0', { ...users, ...inside }))
  expect(result.failure?.message).toContain('cannot run inside a transaction block')
})

test('a revert that cannot get its lock gives up, and old code goes on', async () => {
  world.database.migrations.lockTimeoutMs = 100
  const deployed = await world.deploy(await world.release('1.0.0', users))
  const result = await withClient(world.url, async (client) => {
    await client.query('begin')
    await client.query('select * from users')
    return await world.revert(deployed)
  })
  expect(result).toMatchObject({ reverted: [], kept: ['001_users'] })
  expect(result.failure?.message).toContain('lock timeout')
  expect(await world.revert(deployed, { attempt: 2 })).toMatchObject({ reverted: ['001_users'] })
})

test('somebody else’s table is not taken for the history', async () => {
  await world.query('create table schema_migrations (version bigint primary key, dirty boolean)')
  await expect(world.deploy(await world.release('1.0.0', users))).rejects.toThrow(
    `public.schema_migrations: expected Belay's history table, or Diesel's, got one without name, sha256, position`,
  )
})

test('who does not hold the host changes no schema', async () => {
  const releaseDirectory = await world.release('1.0.0', users)
  const { database, activities } = world
  const pending = ['001_users']
  const reset = { ...world.order, runId: 'another run' }
  await expect(activities.migrate({ order: reset, database, releaseDirectory, pending, try: 1 })).rejects.toMatchObject(
    {
      type: failureTypes.reset,
    },
  )
  const late = { ...world.order, fence: 0 }
  await expect(
    activities.revertMigrations({
      order: late,
      database,
      migrations: [],
      before: null,
      after: null,
      onLoss: 'lose',
      try: 1,
    }),
  ).rejects.toMatchObject({ type: failureTypes.fenced })
  expect(await world.query(`select to_regclass('users') as users`)).toEqual([{ users: null }])
})
