import { afterEach, beforeEach, expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { eventually } from '../../support/eventually.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'

let world: DatabaseWorld

beforeEach(async () => {
  world = await createWorld()
  // The writer keeps it waiting for as long as the test needs.
  world.database.migrations.lockTimeoutMs = 30_000
  await world.query('create table users (id int primary key, mail text not null)')
})

afterEach(async () => {
  await world.stop()
})

test('a value written between the count and the lock is counted again under the lock, and keeps everything', async () => {
  const deployed = await world.deploy(
    await world.release('1.0.0', {
      '001_phone.up.sql': 'alter table users add column phone text',
      '001_phone.down.sql': 'alter table users drop column phone',
      '002_mail.up.sql': 'alter table users alter mail drop not null',
      '002_mail.down.sql': 'alter table users alter mail set not null',
    }),
  )
  const result = await withClient(world.url, async (writer) => {
    // Not committed yet: the first count, which takes no lock, sees nothing of it.
    await writer.query(`begin; insert into users values (1, null, '555')`)
    const reverting = world.revert(deployed)
    await eventually('the revert at its lock', async () => {
      const rows = await world.query(
        `select from pg_locks where not granted and mode = 'AccessExclusiveLock' and relation = 'users'::regclass`,
      )
      return rows.length > 0
    })
    await writer.query('commit')
    return await reverting
  })
  expect(result).toMatchObject({ reverted: [], kept: ['002_mail', '001_phone'], failure: null })
  expect(result.losses.map(lossLine)).toEqual([
    'users.phone: 1 row (value written)',
    '1 row of users.mail is NULL, which the revert forbids again',
  ])
  expect(await world.query('select phone from users')).toEqual([{ phone: '555' }])
})
