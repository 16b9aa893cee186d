import { expect, test } from 'vitest'
import { migration } from './repository.ts'
import { openWorld } from './world.ts'

test('what a down wrote over in place, and took away outside a transaction, stands in the report of the rollback', async () => {
  const world = await openWorld({
    releases: [
      {
        version: '1.0.0',
        files: migration('001_users', 'create table users (id int primary key, name text)', 'drop table users'),
      },
      {
        version: '1.1.0',
        files: {
          ...migration(
            '002_email',
            'alter table users add column email text',
            `-- belay: no transaction\nalter table users drop column email; delete from users where id = 3`,
          ),
          ...migration(
            '003_upper',
            'update users set name = upper(name)',
            `update users set name = 'nobody' where id = 1`,
          ),
        },
      },
    ],
  })
  await world.live('1.0.0')
  await world.sql(`insert into users values (1, 'ann'), (2, 'bob'), (3, 'cy')`)
  await world.live('1.1.0')
  const end = await (await world.rollback()).end()
  expect(end).toMatchObject({ outcome: 'ROLLED_BACK', live: { version: '1.0.0' } })
  expect(end.undone.join('\n')).toContain(
    'revert: done, reverted 003_upper, 002_email; the catalog equals the one before; users.name: 1 row written over by the down; 002_email: its down, or who wrote meanwhile, took away 1 row of users that was there before; nobody could count it beforehand',
  )
})
