import { expect, test } from 'vitest'
import { lossLine } from '../../../src/domain/migration/loss-words.ts'
import { freshWorlds } from './shop.ts'

const world = freshWorlds()

test('seeds that somebody has changed since are no seeds any more when the down deletes them', async () => {
  await world().query('create table settings (name text primary key, value text)')
  const files = {
    '001_seed.up.sql': `insert into settings values ('theme', 'light'), ('page', '20') on conflict do nothing`,
    '001_seed.down.sql': `delete from settings where name in ('theme', 'page')`,
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  await world().query(`update settings set value = 'dark' where name = 'theme'`)
  const kept = await world().revert(deployed)
  expect(kept.losses.map(lossLine)).toEqual(['settings: 1 row (taken away by its down)'])
})

test('a down that takes a row away and puts another one in has taken one away', async () => {
  await world().query(
    `create table plans (id int primary key, name text); insert into plans values (1, 'free'), (2, 'paid')`,
  )
  const files = {
    '001_plans.up.sql': `alter table plans add column x int`,
    '001_plans.down.sql': `delete from plans where id = 2; insert into plans values (3, 'other'); alter table plans drop column x`,
  }
  const deployed = await world().deploy(await world().release('1.0.0', files))
  const kept = await world().revert(deployed)
  expect(kept.losses.map(lossLine)).toEqual(['plans: 1 row (taken away by its down)'])
})
