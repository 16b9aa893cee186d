import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readCatalog } from '../../activities/database/catalog/catalog.ts'
import { createObserver } from '../../activities/database/rehearsal/observe/observer.ts'
import type { MigrationFile } from '../../activities/database/tools/tool.ts'
import { diffCatalogs } from '../../src/domain/catalog/catalog.ts'
import { eventually } from '../support/eventually.ts'
import { createDatabase, query } from '../support/postgres.ts'
import { withClient } from './world.ts'

const history = { schema: 'public', table: 'schema_migrations' }
let database: { url: string; drop(): Promise<void> }

beforeEach(async () => {
  database = await createDatabase()
  await query(
    database.url,
    `create table users (id int primary key, name text); create table orders (id int, user_id int);
     create table schema_migrations (name text); insert into users values (1, 'a'); insert into orders values (1, 1);
     create index by_user on orders (user_id)`,
  )
})

afterEach(async () => {
  await database.drop()
})

test('the strongest lock is told with every table that was held so, and a rewrite by the server', async () => {
  const seen = async (sql: string) => await observedOurs(sql)
  expect(await seen('alter table users add column phone text')).toEqual({
    lock: on('ACCESS EXCLUSIVE', 'users'),
    rewrites: [],
  })
  expect(await seen('alter table users alter column id type bigint')).toEqual({
    lock: on('ACCESS EXCLUSIVE', 'users'),
    rewrites: ['users'],
  })
  expect(await seen('create table notes (id int, user_id bigint references users)')).toEqual({
    lock: on('SHARE ROW EXCLUSIVE', 'users'),
    rewrites: [],
  })
  expect(await seen('create index by_name on users (name)')).toEqual({ lock: on('SHARE', 'users'), rewrites: [] })
  expect(await seen("update users set name = 'b'; insert into orders values (2, 2)")).toEqual({
    lock: on('ROW EXCLUSIVE', 'orders, users'),
    rewrites: [],
  })
  expect(await seen('truncate orders')).toEqual({ lock: on('ACCESS EXCLUSIVE', 'orders'), rewrites: [] })
  expect(await seen('drop table notes, orders, users')).toEqual({
    lock: on('ACCESS EXCLUSIVE', 'notes, orders, users'),
    rewrites: [],
  })
})

test('what is new, only read, or the history of the tool is not told', async () => {
  const nothing = { lock: null, rewrites: [] }
  expect(await observedOurs('create table notes (id int); alter table notes alter id type bigint')).toEqual(nothing)
  expect(await observedOurs("select from users for share; insert into schema_migrations values ('a')")).toEqual(nothing)
})

test('a tool in a process of its own is seen too, rows that it writes and indexes that it builds concurrently', async () => {
  const elsewhere = async (sql: string) =>
    await observed('own', async () => {
      for (const statement of sql.split(';')) await query(database.url, statement)
    })
  expect(await elsewhere('alter table users alter column id type bigint')).toEqual({
    lock: on('ACCESS EXCLUSIVE', 'users'),
    rewrites: ['users'],
  })
  expect(await elsewhere('create index concurrently by_name on users (name)')).toEqual({
    lock: on('SHARE UPDATE EXCLUSIVE', 'users'),
    rewrites: [],
  })
  expect(await elsewhere('drop index concurrently by_user')).toEqual({
    lock: on('SHARE UPDATE EXCLUSIVE', 'orders'),
    rewrites: [],
  })
  expect(await elsewhere("update users set name = 'b'")).toEqual({ lock: on('ROW EXCLUSIVE', 'users'), rewrites: [] })
  expect(await elsewhere('truncate orders')).toEqual({ lock: on('ACCESS EXCLUSIVE', 'orders'), rewrites: [] })
  expect(await elsewhere('vacuum full users')).toEqual({ lock: on('ACCESS EXCLUSIVE', 'users'), rewrites: ['users'] })
  expect(await elsewhere('select 1')).toEqual({ lock: null, rewrites: [] })
})

test('nothing of it is left in the catalog, after a failed up too; event triggers of the service are not asked', async () => {
  await query(
    database.url,
    `create function refuse() returns event_trigger language plpgsql as $$ begin
       if exists (select from pg_event_trigger_dropped_objects()) then raise 'nothing is dropped here'; end if; end $$;
     create event trigger guard on sql_drop execute function refuse()`,
  )
  const read = () => withClient(database.url, (client) => readCatalog(client, history))
  const before = await read()
  await expect(observedOurs('alter table users add column phone text; select 1 / 0')).resolves.toEqual({
    lock: null,
    rewrites: [],
  })
  expect(diffCatalogs(before, await read())).toEqual([])
  await observedOurs('alter table users add column phone text')
  expect(diffCatalogs(before, await read())).toEqual([expect.stringContaining('users.phone')])
})

test('who may make no event triggers looks at locks again and again, and says that they are sampled', async () => {
  const role = `r_${randomUUID().replaceAll('-', '')}`
  await query(
    database.url,
    `create role ${role} login password 'secret'; grant all on schema public to ${role};
     alter table users owner to ${role}; alter table orders owner to ${role}`,
  )
  const url = new URL(database.url)
  ;[url.username, url.password] = [role, 'secret']
  const observer = createObserver(history)
  const seen = await withClient(url.href, async (client) => {
    const observation = await observer.before({ client, url: url.href, file: migration('own') })
    await withClient(url.href, async (other) => {
      await other.query('begin; alter table users alter column id type bigint')
      await lookedAtSince(await now())
      await other.query('commit')
    })
    return await observation.after()
  })
  expect(observer.sampled()).toBe(true)
  expect(seen).toEqual({ lock: { ...on('ACCESS EXCLUSIVE', 'users'), sampled: true }, rewrites: ['users'] })
  await query(database.url, `drop owned by ${role} cascade; drop role ${role}`)
})

/** A look at the locks that began after this has ended. */
async function lookedAtSince(time: string): Promise<void> {
  const looks = `select from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
    and query like '%from pg_locks%' and state = 'idle' and query_start > '${time}'`
  await eventually('a look at the locks', async () => (await query(database.url, looks)).length > 0)
}

async function now(): Promise<string> {
  return String((await query(database.url, 'select clock_timestamp()::text as now'))[0]?.now)
}

async function observedOurs(sql: string) {
  return await observed('ours', async (client, held) => {
    await client.query('begin')
    try {
      await client.query(sql)
      await held()
      await client.query('commit')
    } catch {
      await client.query('rollback')
    }
  })
}

async function observed(up: 'ours' | 'own', work: (client: pg.Client, held: () => Promise<void>) => Promise<void>) {
  return await withClient(database.url, async (client) => {
    const observation = await createObserver(history).before({ client, url: database.url, file: migration(up) })
    await work(client, observation.held)
    return await observation.after()
  })
}

function on(mode: string, tables: string) {
  return { mode, on: tables }
}

function migration(up: 'ours' | 'own'): MigrationFile {
  return {
    name: '001_x',
    sha256: '',
    bytes: '',
    wayBack: 'there',
    noWayBack: null,
    sections: [],
    destroys: null,
    problem: null,
    up,
    down: up,
    resumes: true,
  }
}
