import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

const noted = {
  '001_note.up.sql': 'alter table events add column note text',
  '001_note.down.sql': 'alter table events drop column note',
}

test('a partition that came since the deployment is no change of the schema, and its values count', async () => {
  await world().query(`create table events (at int primary key) partition by range (at);
    create table events_a partition of events for values from (0) to (10)`)
  const deployed = await world().deploy(await world().release('1.0.0', noted))
  await world().query(`create table events_b partition of events for values from (10) to (30) partition by range (at);
    create table "Events.c" partition of events_b for values from (10) to (20);
    insert into events values (1, 'x'), (11, 'y'), (12, 'z'), (13, null)`)
  const kept = await world().revert(deployed)
  expect(kept).toMatchObject({ reverted: [], failure: null })
  expect(kept.losses.map(lossLine).toSorted()).toEqual([
    '"Events.c".note: 2 rows (value written)',
    'events_a.note: 1 row (value written)',
  ])
  await world().query('update events set note = null')
  const reverted = await world().revert(deployed, { attempt: 2 })
  expect(reverted).toMatchObject({ reverted: ['001_note'], losses: [], failure: null, foreign: true })
  expect(reverted.warnings).toEqual(['made since, and counted with their tables: "Events.c", events_b'])
})

test('with the table itself, every row of a partition that came since would be lost', async () => {
  const files = {
    '001_events.up.sql': 'create table events (at int) partition by range (at)',
    '001_events.down.sql': 'drop table events',
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  await world().query(
    `create table events_a partition of events for values from (0) to (10); insert into events values (1)`,
  )
  const kept = await world().revert(deployed)
  expect(kept.losses.map(lossLine)).toEqual(['events_a: 1 row (row written since the migration)'])
  const lost = await world().revert(deployed, { onLoss: 'lose', attempt: 2 })
  expect(lost).toMatchObject({ reverted: ['001_events'], catalogRestored: true, failure: null })
})

test('who decides to revert in spite of a table that somebody dropped is not held up by it', async () => {
  await world().query('create table users (id int)')
  const files = {
    '001_more.up.sql': 'alter table users add column plan text; create table plans (id int)',
    '001_more.down.sql': 'drop table if exists plans; alter table users drop column plan',
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  await world().query('drop table plans')
  expect((await world().revert(deployed)).failure?.message).toContain('table plans: expected, but it is gone')
  const reverted = await world().revert(deployed, { onLoss: 'lose', attempt: 2 })
  expect(reverted).toMatchObject({ reverted: ['001_more'], catalogRestored: true, failure: null })
})
