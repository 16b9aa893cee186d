import { afterEach, beforeEach, expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { createWorld, type DatabaseWorld } from '../world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  await world.query(`create table users (id int primary key, mail text unique);
    insert into users select n, n || '@x' from generate_series(1, 5) n`)
})

afterEach(async () => {
  await world.stop()
})

test('a column that the migration dropped is not brought back by its down: said at the review, and kept at the rollback', async () => {
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_drop.up.sql': 'alter table users drop column mail',
      '001_drop.down.sql': 'alter table users add column mail text unique',
    }),
  )
  expect(deployed.review.withoutDown).toEqual(['001_drop'])
  const kept = await world.revert(deployed)
  expect(kept).toMatchObject({ reverted: [], kept: ['001_drop'], failure: null })
  // Of its unique constraint nothing is said: there is nothing that could be counted.
  expect(kept.losses.map(lossLine)).toEqual([
    'users.mail: dropped by the migration itself; a revert brings it back empty',
  ])
  expect(await world.revert(deployed, { onLoss: 'lose', attempt: 2 })).toMatchObject({
    reverted: ['001_drop'],
    catalogRestored: true,
  })
  expect(await world.query('select count(*)::int as rows, count(mail)::int as mails from users')).toEqual([
    { rows: 5, mails: 0 },
  ])
})
