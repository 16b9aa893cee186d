import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { query } from '../../support/postgres.ts'
import { shared } from '../../support/shared.ts'
import { createLive, type LiveWorld, nick, refused } from './live.ts'

const id = randomUUID().slice(0, 8)
let [live, server]: [LiveWorld | null, string] = [null, '']

beforeAll(async () => {
  live = await createLive()
  server = await shared('postgres')
  await query(server, `create role "plain-${id}" login password 'geheim'`)
  await query(server, `create role "few-${id}" login createdb connection limit 1 password 'geheim'`)
})

afterAll(async () => {
  await query(server, `drop role if exists "plain-${id}", "few-${id}"`)
  await live?.stop()
})

function at(user: string, database = 'postgres'): string {
  const url = new URL(server)
  Object.assign(url, { username: user, password: 'geheim', pathname: `/${database}` })
  return url.href
}

/** A server that cannot be used is no failure of the rehearsal: it is said what is missing, and what to run there. */
it.each([
  [
    'may make no databases',
    () => at(`plain-${id}`),
    `permission denied to create database.*alter role "plain-${id}" createdb`,
  ],
  ['is let in by no password', () => at(`nobody-${id}`), `password authentication failed.*correct user and password`],
  ['names no database', () => at(`plain-${id}`, `none-${id}`), `does not exist.*name one that does, as /postgres`],
  [
    'has no connection left',
    () => at(`few-${id}`),
    `too many connections for role.*pg_stat_activity.*connection limit`,
  ],
])('an address that %s', async (_, url, words) => {
  const said = refused((await live?.rehearse(nick, {}, url())) ?? { state: 'nothing_pending' })
  expect(said).toMatch(new RegExp(`^rehearsal\\.url: .*${words}`))
  expect(said).not.toContain('geheim')
})
