import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { fingerprintOf, readCatalog } from '../../../activities/database/catalog/catalog.ts'
import { buildBase, NotBuilt } from '../../../activities/database/rehearsal/scratch/build.ts'
import { statementsOf } from '../../../activities/database/rehearsal/scratch/dump.ts'
import { type Live, readLive, readOnly } from '../../../activities/database/rehearsal/scratch/live.ts'
import { liveLike, type Place } from '../../../activities/database/rehearsal/scratch/place.ts'
import { withScratchServer } from '../../../activities/database/rehearsal/scratch/server.ts'
import { shared } from '../../support/shared.ts'
import { createWorld, type DatabaseWorld, withClient } from '../world.ts'

const files = {
  '001_users.up.sql': 'create table users (id bigint generated always as identity primary key, email text not null);',
  '001_users.down.sql': 'drop table users;',
  '002_nick.up.sql': 'alter table users add column nick text; create index users_nick on users (nick);',
  '002_nick.down.sql': 'drop index users_nick; alter table users drop column nick;',
}

let world: DatabaseWorld
beforeEach(async () => {
  world = await createWorld()
})
afterEach(async () => {
  await world.stop()
})

/** Builds what is live now from this release, and looks at what came of it. */
async function built<T>(
  releaseDirectory: string,
  look: (base: Place, live: Live) => Promise<T>,
  { major }: { major?: number } = {},
): Promise<{ how: string; seen: T }> {
  const settings = world.database.migrations
  const read = await liveOf(releaseDirectory)
  // Whatever the machine has installed, there is no pg_dump of such a server.
  const live = { ...read, server: { ...read.server, major: major ?? 99 } }
  return await withScratchServer({ url: await shared('postgres') }, async (open) => {
    const server = liveLike(open, live)
    const order = {
      directory: world.directory,
      release: { releaseDirectory, settings },
      known: [],
      live,
      liveUrl: world.url,
    }
    const { base, built: how } = await buildBase(server, { ...order, onLiveServer: false, environment: process.env })
    return { how, seen: await look(base, live) }
  })
}

async function liveOf(releaseDirectory: string): Promise<Live> {
  const release = { releaseDirectory, settings: world.database.migrations }
  return await readLive({ url: world.url, environment: process.env }, { release, known: [] })
}

async function refusal(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(NotBuilt)
  return String(error)
}

describe('a scratch database that is what the live one is', () => {
  it('comes of the applied migrations run again, and equals the live one with its history', async () => {
    const release = await world.release('1.0.0', files)
    await world.deploy(release)
    const { how, seen } = await built(release, async (base, live) => {
      const [catalog, history] = await withClient(base.url, async (client) => [
        await readCatalog(client, world.database.migrations),
        (await client.query('select name from schema_migrations order by position')).rows,
      ])
      return { same: fingerprintOf(catalog) === live.fingerprint, history }
    })
    expect(how).toBe('replayed')
    expect(seen).toEqual({ same: true, history: [{ name: '001_users' }, { name: '002_nick' }] })
  })

  it('is refused where somebody changed the live one by hand, with what they changed and what to do', async () => {
    const release = await world.release('1.0.0', files)
    await world.deploy(release)
    await world.query('alter table users add column hotfix int')
    const said = await refusal(built(release, () => Promise.resolve()))
    expect(said).toContain('the live database has column users.hotfix: not expected, but it is there')
    expect(said).toContain('no pg_dump of PostgreSQL 99 here')
    expect(said).toContain('What no migration made must become one, or be undone')
  })

  it('comes of the snapshots where the release at hand holds them no more; without one it is refused', async () => {
    const first = await world.release('1.0.0', files)
    await world.deploy(first)
    const { '001_users.up.sql': up, '001_users.down.sql': down } = files
    const without = await world.release('1.1.0', { '001_users.up.sql': up, '001_users.down.sql': down })
    await rm(first, { recursive: true })
    expect(await built(without, () => Promise.resolve())).toMatchObject({ how: 'replayed' })
    await rm(join(world.directory, '.belay/migrations/snapshots'), { recursive: true })
    const said = await refusal(built(without, () => Promise.resolve()))
    expect(said).toContain('002_nick is applied, but its file is neither kept on this host nor in the release')
  })

  it('is refused where a migration does not run any more, in the words of the server', async () => {
    const release = await world.release('1.0.0', files)
    await world.deploy(release)
    await rm(join(world.directory, '.belay/migrations/snapshots'), { recursive: true })
    await writeFile(join(release, 'migrations', '002_nick.up.sql'), 'alter table nobody add column nick text;')
    const said = await refusal(built(release, () => Promise.resolve()))
    expect(said).toContain('002_nick: relation "nobody" does not exist')
  })

  it('has the owner and the settings of the live one, also as a copy', async () => {
    const release = await world.release('1.0.0', {
      ...files,
      '003_audit.up.sql': 'create schema audit; create table log (at timestamptz);',
      '003_audit.down.sql': 'drop table log; drop schema audit;',
    })
    await world.query('create schema audit')
    const name = new URL(world.url).pathname.slice(1)
    await world.query(`alter database ${name} set search_path = audit, public`)
    await world.query('drop schema audit')
    await world.deploy(release)
    const { how } = await built(release, () => Promise.resolve())
    expect(how).toBe('replayed')
    expect(await world.query(`select from pg_tables where schemaname = 'audit' and tablename = 'log'`)).toHaveLength(1)
  })

  it('is read from the live database in a transaction that can write nothing', async () => {
    const release = await world.release('1.0.0', files)
    await world.deploy(release)
    const live = await liveOf(release)
    expect(live).toMatchObject({ applied: ['001_users', '002_nick'], user: 'postgres', owner: 'postgres' })
    expect(live.roles.map(({ name }) => name)).toContain('postgres')
    expect(JSON.parse(live.history ?? '')).toHaveLength(2)
    const write = withClient(world.url, (client) => readOnly(client, () => client.query('create table written ()')))
    await expect(write).rejects.toThrow('cannot execute CREATE TABLE in a read-only transaction')
  })
})

describe('a dump as text', () => {
  it('loses the lines for psql that no server knows, and nothing else', () => {
    const dump = '\\restrict a1B2\nselect 1;\n--\ncreate table a ();\n\\unrestrict a1B2\n'
    expect(statementsOf(dump)).toBe('\nselect 1;\n--\ncreate table a ();\n\n')
  })
})

describe('a scratch server without the roles of production', () => {
  it('gets them where it is Belay’s own, and the migrations run as the live user', async () => {
    const release = await world.release('1.0.0', files)
    await world.deploy(release)
    const read = await liveOf(release)
    const suffix = (await mkdtemp(join(tmpdir(), 'role'))).slice(-6).toLowerCase()
    const [app, group] = [`app_${suffix}`, `group_${suffix}`]
    const live = {
      ...read,
      user: app,
      owner: app,
      roles: [
        ...read.roles,
        { name: group, attributes: '', memberOf: [] },
        { name: app, attributes: 'createdb', memberOf: [group] },
      ],
    }
    const url = await shared('postgres')
    try {
      const owners = await withScratchServer(
        { embedded: async () => ({ url, stop: async () => undefined }) },
        async (open) => {
          const server = liveLike(open, live)
          const place = await server.create()
          return await withClient(place.url, async (client) => {
            await client.query('create table own ()')
            return (
              await client.query(
                `select tableowner, pg_has_role(current_user, '${group}', 'member') as member from pg_tables where tablename = 'own'`,
              )
            ).rows
          })
        },
      )
      expect(owners).toEqual([{ tableowner: app, member: true }])
    } finally {
      await withClient(url, (client) => client.query(`drop role ${app}, ${group}`))
    }
  })

  it('is told which are missing where it was given', async () => {
    const read = await liveOf(await world.release('1.0.0', files))
    const live = { ...read, roles: [...read.roles, { name: 'nobody_has_this_role', attributes: '', memberOf: [] }] }
    const asked = withScratchServer({ url: await shared('postgres') }, (open) => liveLike(open, live).create())
    await expect(asked).rejects.toThrow(
      'expected the roles of the live database on that server, nobody_has_this_role is missing; there run: create role "nobody_has_this_role"',
    )
  })
})
