import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

const base = `create table users (id int primary key, name text);
  insert into users values (1, 'ann'), (2, 'bob'), (3, 'cy')`

/** As everybody adds a column that may not be NULL: the default fills the rows that are there, and is then taken away, or another. */
const ups: Readonly<Record<string, string>> = {
  'taken away': `alter table users add column status text not null default 'it''s, "new"'; alter table users alter status drop default`,
  'set to another': `alter table users add column status text not null default 'new'; alter table users alter status set default 'open'`,
}

test.for(Object.entries(ups))('what a default filled in is no loss when the default is %s', async ([, up]) => {
  await world().query(base)
  const files = { '001_status.up.sql': up, '001_status.down.sql': 'alter table users drop column status' }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  await world().query(`update users set status = 'paid' where id = 2; insert into users values (4, 'di', 'paid')`)
  const kept = await world().revert(deployed)
  expect(kept.losses.map(lossLine)).toEqual([expect.stringMatching(/^users.status: 2 rows /)])
  await world().query(`delete from users where status = 'paid'`)
  expect(await world().revert(deployed, { attempt: 2 })).toMatchObject({ reverted: ['001_status'], losses: [] })
})
