import { afterEach, beforeEach, expect, it } from 'vitest'
import { isOneServer } from '../../../activities/database/rehearsal/whole-server.ts'
import { createDatabase, query } from '../../support/postgres.ts'
import { shared } from '../../support/shared.ts'
import { createLive, type LiveWorld, nick, refused, rehearsed } from './live.ts'

let live: LiveWorld
beforeEach(async () => {
  live = await createLive()
})
afterEach(async () => {
  await live.stop()
})

it('two databases of one server are told from those of another, whoever looks', async () => {
  const other = await createDatabase()
  try {
    expect(await isOneServer(other.url, live.url)).toBe(true)
    expect(await isOneServer(live.url, other.url)).toBe(true)
  } finally {
    await other.drop()
  }
})

it.each([
  ['a role', (role: string) => `create role ${role};`, 'create role'],
  ['a role in a block', (role: string) => `do $$ begin create role ${role}; end $$;`, 'create role'],
  ['a setting of the database by name', () => 'ALTER /* x */ DATABASE postgres set work_mem = 1;', 'alter database'],
])('%s is not tried on the server of the live database: it would change that one', async (_, up, said) => {
  const role = `scratch_live_${process.pid}`
  const files = { ...nick, 'migrations/002_nick.up.sql': up(role), 'migrations/002_nick.down.sql': 'select 1;' }
  const server = await shared('postgres')
  const message = refused(await live.rehearse(files))
  expect(message).toBe(
    `rehearsal.url: expected another server than the live one, which 002_nick: ${said} would change; name one, or leave rehearsal.url out`,
  )
  expect(await query(server, `select from pg_roles where rolname = '${role}'`)).toEqual([])
  expect(await live.leftOver()).toEqual([])
})

it('a comment, a user mapping and a column called role are nobody else’s business', async () => {
  const up = '-- create role later\nalter table users add column role text;'
  const files = {
    ...nick,
    'migrations/002_nick.up.sql': up,
    'migrations/002_nick.down.sql': 'alter table users drop role;',
  }
  expect(rehearsed(await live.rehearse(files)).migrations).toMatchObject([{ verdict: 'reversible' }])
})
