import { basename } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import type { RehearsalOrder } from '../../../activities/database/rehearsal/order.ts'
import { rehearseRelease } from '../../../activities/database/rehearsal/rehearse-release.ts'
import { createGit } from '../../../activities/git/git.ts'
import { startScratchPostgres } from '../../../src/dev/scratch-postgres.ts'
import { startDistributionPostgres } from '../../support/distribution-postgres.ts'
import { shared } from '../../support/shared.ts'
import { withClient } from '../world.ts'
import { createLive, nick, refused, rehearsed, users } from './live.ts'

/** The live database on the server that the distribution brings, with its pg_dump; made by an owner of its own. */
async function foreign() {
  const live = await createLive()
  onTestFinished(() => live.stop())
  const server = await startDistributionPostgres()
  await withClient(server.url, async (client) => {
    await client.query('create role shop login createdb; create role reader')
    await client.query('create database shop owner shop')
  })
  const at = (user: string, database: string) => {
    const url = new URL(server.url)
    url.username = user
    url.pathname = `/${database}`
    return url.href
  }
  const liveUrl = at('shop', 'shop')
  await withClient(liveUrl, async (client) => {
    await client.query(users['migrations/001_users.up.sql'])
    await client.query(
      `create table schema_migrations (name text primary key, sha256 text not null,
        applied_at timestamptz not null default clock_timestamp(), position bigint generated always as identity)`,
    )
    await client.query(`insert into schema_migrations (name, sha256) values ('001_users', '')`)
  })
  const deps = {
    git: createGit({ environment: process.env }),
    clock: () => new Date(),
    embedded: () => startScratchPostgres(process.env),
  }
  const rehearse = async (scratchUrl: string | null, change: Partial<RehearsalOrder> = {}) => {
    const order = live.rehearsalOrder(await live.repository.commit(nick), change)
    return await rehearseRelease(order, { liveUrl, scratchUrl, environment: process.env }, deps)
  }
  return {
    liveUrl,
    scratchUrl: at('postgres', 'postgres'),
    rehearse,
    major: Number(basename(new URL(`file://${server.bin}/..`).pathname.replace(/\/$/, ''))),
  }
}

it('on a server of the same major the applied migrations come to what is live, owned by the same user', async () => {
  const { scratchUrl, rehearse, major } = await foreign()
  expect(rehearsed(await rehearse(scratchUrl))).toMatchObject({
    built: 'replayed',
    server: { major, from: 'given' },
    migrations: [{ verdict: 'reversible' }],
    binds: { serverMajor: major },
  })
}, 60_000)

it('what no migration made comes from a dump by that server’s own major, with grants, owners and the history', async () => {
  const { liveUrl, scratchUrl, rehearse } = await foreign()
  await withClient(liveUrl, async (client) => {
    await client.query(`create function by_hand() returns int language sql as $$ select 1 $$`)
    await client.query('grant select on users to reader; create view seen as select id from users')
  })
  const rehearsal = rehearsed(await rehearse(scratchUrl))
  expect(rehearsal).toMatchObject({ built: 'dumped', migrations: [{ name: '002_nick', verdict: 'reversible' }] })
}, 60_000)

it('the embedded server of another major is no evidence: refused for the gate, told and not kept for a person', async () => {
  const { rehearse, major } = await foreign()
  expect(refused(await rehearse(null))).toContain(`expected a server of PostgreSQL ${major}, as the live one is`)
  const asked = { for: 'command' } as const
  const answer = await rehearse(null, asked)
  expect(answer).toMatchObject({ kept: false, rehearsal: { server: { from: 'embedded' }, built: 'replayed' } })
  expect(await rehearse(null, asked)).toMatchObject({ kept: false })
}, 120_000)

it('a given server of another major is refused with what to name instead, for a person too', async () => {
  const { rehearse, major } = await foreign()
  const given = await shared('postgres')
  for (const asked of ['gate', 'command'] as const) {
    expect(refused(await rehearse(given, { for: asked }))).toMatch(
      new RegExp(
        `expected a server of PostgreSQL ${major}, as the live one is, got rehearsal\\.url with .*; name one of`,
      ),
    )
  }
}, 60_000)
