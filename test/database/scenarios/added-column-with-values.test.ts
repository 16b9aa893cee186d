import { afterEach, beforeEach, expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { createWorld, type DatabaseWorld } from '../world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  await world.query(`create table users (id bigint generated always as identity primary key, name text);
    insert into users (name) select 'old' from generate_series(1, 100)`)
})

afterEach(async () => {
  await world.stop()
})

const trial = {
  '001_trial.up.sql': 'alter table users add column trial_ends_at date',
  '001_trial.down.sql': 'alter table users drop column trial_ends_at',
}

test('37 values written after the deployment keep the schema; moved away, the same revert goes through', async () => {
  const deployed = await world.deploy(await world.release('1.0.0', trial))
  await world.query('update users set trial_ends_at = current_date where id <= 37')
  const kept = await world.revert(deployed)
  expect(kept).toMatchObject({ reverted: [], kept: ['001_trial'], failure: null, unchanged: false })
  expect(kept.losses.map(lossLine)).toEqual(['users.trial_ends_at: 37 rows (value written)'])
  expect(await world.query('select count(trial_ends_at)::int as n from users')).toEqual([{ n: 37 }])

  const counted = await world.revert(deployed, { onLoss: 'count', attempt: 2 })
  expect(counted).toMatchObject({ reverted: [], failure: null, losses: kept.losses })
  await world.query(`create table moved as select id, trial_ends_at from users where trial_ends_at is not null`)
  await world.query('update users set trial_ends_at = null')
  // A table that somebody made by hand is drift, and refused; the schema is as the release left it again.
  expect((await world.revert(deployed, { attempt: 3 })).failure?.message).toContain('changed by somebody else')
  await world.query('drop table moved')
  expect(await world.revert(deployed, { onLoss: 'count', attempt: 4 })).toMatchObject({
    kept: ['001_trial'],
    losses: [],
    failure: null,
  })
  expect(await world.revert(deployed, { attempt: 5 })).toMatchObject({
    reverted: ['001_trial'],
    losses: [],
    catalogRestored: true,
  })
})

test('a partition’s and a child’s values are counted with it, once; what is derived is no loss', async () => {
  await world.query(`create table events (at int) partition by range (at);
    create table events_a partition of events for values from (0) to (10);
    create table events_b partition of events for values from (10) to (20);
    create table parent (id int); create table child () inherits (parent);
    create view names as select name from users`)
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_note.up.sql': `alter table events add column note text; alter table parent add column note text;
        alter table users add column loud text generated always as (upper(name)) stored;
        create materialized view counted as select count(*) from users`,
      '001_note.down.sql': `alter table events drop column note; alter table parent drop column note;
        alter table users drop column loud; drop materialized view counted`,
    }),
  )
  await world.query(`insert into events values (1, 'x'), (2, 'x'), (11, 'x'), (12, null);
    insert into parent values (1, 'x'); insert into child values (2, 'x'), (3, 'x')`)
  const kept = await world.revert(deployed)
  expect(kept.losses.map(lossLine).toSorted()).toEqual([
    'child.note: 2 rows (value written)',
    'events_a.note: 2 rows (value written)',
    'events_b.note: 1 row (value written)',
    'parent.note: 1 row (value written)',
  ])
})
