import { readdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createDatabase } from '../../support/postgres.ts'
import { withClient } from '../world.ts'
import { createLive, type LiveWorld, nick, refused, rehearsed, users } from './live.ts'

let live: LiveWorld
beforeEach(async () => {
  live = await createLive()
})
afterEach(async () => {
  await live.stop()
})

describe('a release rehearsed against what is live', () => {
  it('is walked on a schema equal to the live one, which is as it was, and leaves nothing behind', async () => {
    const before = await live.fingerprint()
    const rehearsal = rehearsed(await live.rehearse(nick))
    expect(rehearsal).toMatchObject({
      built: 'replayed',
      server: { from: 'given' },
      migrations: [{ name: '002_nick', verdict: 'reversible', down: { state: 'exact' }, again: { state: 'ok' } }],
      binds: { live: before, serverMajor: rehearsal.server.major },
    })
    expect(await live.fingerprint()).toBe(before)
    await expect(stat(join(live.directory, '.belay/rehearsals/checkouts/d2'))).rejects.toThrow('ENOENT')
  })

  it('is broken where the way back does not restore, in words', async () => {
    const bad = { ...nick, 'migrations/002_nick.down.sql': 'select 1;' }
    expect(rehearsed(await live.rehearse(bad)).migrations).toMatchObject([
      {
        verdict: 'broken',
        down: { state: 'not_restored', difference: ['column users.nick: not expected, but it is there'] },
      },
    ])
  })

  it('says so where nothing is pending, and makes no database for it', async () => {
    expect(await live.rehearse(users, {}, null)).toEqual({ state: 'nothing_pending' })
    expect(live.embeddedStarts()).toBe(0)
  })

  it('is refused where a migration that is applied was edited', async () => {
    const edited = { ...nick, 'migrations/001_users.up.sql': 'create table users (id bigint, email text, more int);' }
    expect(refused(await live.rehearse(edited))).toContain('001_users was changed after it was applied')
  })

  it('is refused where the scratch server is not there, without its password', async () => {
    const away = 'postgres://who:secret-word@127.0.0.1:1/none'
    const said = refused(await live.rehearse(nick, {}, away))
    expect(said).toContain('rehearsal.url: the database does not answer')
    expect(said).toContain('start that server, or leave rehearsal.url out')
    expect(said).not.toContain('secret-word')
  })
})

describe('rows of the release', () => {
  const data = 'test/rows.sql'
  const unique = {
    ...users,
    'migrations/002_unique.up.sql': 'alter table users add constraint one_email unique (email);',
    'migrations/002_unique.down.sql': 'alter table users drop constraint one_email;',
  }

  it('are met by the pending migrations: what they violate is found before production does', async () => {
    const doubled = { ...unique, [data]: `insert into users (email) values ('a@x'), ('a@x');` }
    const [found] = rehearsed(await live.rehearse(doubled, { data })).migrations
    expect(found).toMatchObject({ verdict: 'broken', up: { state: 'failed' } })
    expect(found?.up.message).toContain('could not create unique index "one_email"')
    // The negative control: without the rows nobody notices.
    expect(rehearsed(await live.rehearse(unique)).migrations).toMatchObject([{ verdict: 'reversible' }])
  })

  it('that do not load are refused in the words of the server', async () => {
    const wrong = { ...unique, [data]: 'insert into nobody values (1);' }
    const said = refused(await live.rehearse(wrong, { data }))
    expect(said).toContain('rehearsal.data: test/rows.sql on the schema that is live: relation "nobody" does not exist')
  })

  it('must leave the schema as it is', async () => {
    const more = { ...unique, [data]: 'create table extra ();' }
    expect(refused(await live.rehearse(more, { data }))).toContain('but it changes the schema')
  })
})

describe('a restored backup', () => {
  it('is copied with its rows while nobody is connected, and stays as it was', async () => {
    const backup = await createDatabase()
    await withClient(backup.url, async (client) => {
      await client.query(users['migrations/001_users.up.sql'])
      await client.query(
        `create table schema_migrations (name text primary key, sha256 text not null,
          applied_at timestamptz not null default clock_timestamp(), position bigint generated always as identity)`,
      )
      await client.query(`insert into schema_migrations (name, sha256) values ('001_users', '')`)
      await client.query(`insert into users (email) values (null)`)
    })
    const required = {
      ...users,
      'migrations/002_email.up.sql': 'alter table users alter column email set not null;',
      'migrations/002_email.down.sql': 'alter table users alter column email drop not null;',
    }
    const rehearsal = rehearsed(await live.rehearse(required, {}, backup.url))
    expect(rehearsal).toMatchObject({ built: 'copied', migrations: [{ verdict: 'broken', up: { state: 'failed' } }] })
    await withClient(backup.url, async (client) => {
      expect((await client.query('select name from schema_migrations')).rows).toEqual([{ name: '001_users' }])
      // Somebody is connected: it is not copied under them.
      expect(refused(await live.rehearse(required, {}, backup.url))).toContain('is being accessed by other users')
    })
    await backup.drop()
  }, 30_000)

  it('is never the live database, however its address is written', async () => {
    const other = new URL(live.url)
    other.hostname = other.hostname === 'localhost' ? '127.0.0.1' : 'localhost'
    expect(rehearsed(await live.rehearse(nick, {}, live.url)).built).toBe('replayed')
    expect(rehearsed(await live.rehearse(nick, { data: null, timeoutMs: 59_000 }, other.href)).built).toBe('replayed')
  })
})

describe('evidence', () => {
  it('is kept: the same is not run twice, and says so', async () => {
    const first = await live.rehearse(nick)
    expect(first).toMatchObject({ kept: false })
    const again = await live.rehearse(nick, {}, null)
    expect(again).toEqual({ ...first, kept: true })
    expect(live.embeddedStarts()).toBe(0)
  })

  it('is stale once a file of the migrations is another, be it a comment', async () => {
    await live.rehearse(nick)
    const edited = { ...nick, 'migrations/002_nick.up.sql': '-- hm\nalter table users add column nick text;' }
    expect(await live.rehearse(edited)).toMatchObject({ state: 'rehearsed', kept: false })
  })

  it('is stale once the live schema is another; what cannot be rebuilt then is refused', async () => {
    await live.rehearse(nick)
    await live.query('create table by_hand ()')
    const answer = await live.rehearse(nick)
    if (answer.state === 'rehearsed') expect(answer).toMatchObject({ kept: false, rehearsal: { built: 'dumped' } })
    else expect(refused(answer)).toContain('the live database has table by_hand')
  })

  it('of other questions is another', async () => {
    await live.rehearse(nick)
    const oldRelease = { ...live.rehearsalOrder('').oldRelease, queries: [{ name: 'all', sql: 'select * from users' }] }
    expect(await live.rehearse(nick, { oldRelease })).toMatchObject({ kept: false })
  })

  it('is not kept of what is broken: it may be the scratch server’s fault', async () => {
    const bad = { ...nick, 'migrations/002_nick.down.sql': 'select 1;' }
    await live.rehearse(bad)
    expect(await live.rehearse(bad)).toMatchObject({ kept: false })
  })

  it('that was damaged is none', async () => {
    await live.rehearse(nick)
    const kept = (await readdir(evidence())).find((name) => name.endsWith('.json')) ?? ''
    await writeFile(join(evidence(), kept), '{"binds": null}')
    expect(await live.rehearse(nick)).toMatchObject({ kept: false })
  })
})

function evidence(): string {
  return join(live.directory, '.belay/rehearsals')
}
