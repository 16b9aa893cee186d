import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  fingerprintOf,
  loadCatalog,
  physicalFingerprintOf,
  readCatalog,
  storeCatalog,
} from '../../activities/database/catalog/catalog.ts'
import { type Catalog, diffCatalogs, orderDifferences } from '../../src/domain/catalog/catalog.ts'
import { changes } from './catalog-changes/changes.ts'
import { createWorld, type DatabaseWorld } from './world.ts'

let world: DatabaseWorld
let client: pg.Client
let before: Catalog

beforeAll(async () => {
  world = await createWorld()
  await world.query(await readFile('test/fixtures/catalog/everything.sql', 'utf8'))
  client = new pg.Client({ connectionString: world.url })
  await client.connect()
  before = await readCatalog(client, world.database.migrations)
})

afterAll(async () => {
  await client.end()
  await world.stop()
})

test.each(changes)('the fingerprint sees $what, and nothing once it is back', async ({ change, says, undo }) => {
  await untouched(async (query) => {
    await query(change)
    const after = await query.catalog()
    expect(diffCatalogs(before, after).join('\n')).toContain(says)
    expect(fingerprintOf(after)).not.toBe(fingerprintOf(before))
    if (undo === null) return
    await query(undo)
    const back = await query.catalog()
    expect(diffCatalogs(before, back)).toEqual([])
    expect(fingerprintOf(back)).toBe(fingerprintOf(before))
  })
})

test('rows, sequences’ positions, VACUUM and ANALYZE do not change it', async () => {
  await world.query(`insert into app.users (mail) values ('a@b'); select nextval('app.numbers'); analyze`)
  await world.query('vacuum full app.users')
  await world.query('vacuum analyze')
  const after = await readCatalog(client, world.database.migrations)
  expect(diffCatalogs(before, after)).toEqual([])
  expect(physicalFingerprintOf(after)).toBe(physicalFingerprintOf(before))
})

test('what is read comes in the order it was made, table by table and column by column, whatever the server joins first', async () => {
  await untouched(async (query) => {
    const names = Array.from({ length: 30 }, (_, index) => `app.made_${(index * 7) % 30}`)
    for (const name of names) await query(`create table ${name} (z int, a int, m int)`)
    const columns = (await query.catalog()).filter(
      ({ kind, table }) => kind === 'column' && names.includes(table ?? ''),
    )
    expect(columns.map(({ name }) => name)).toEqual(
      names.flatMap((name) => ['z', 'a', 'm'].map((one) => `${name}.${one}`)),
    )
  })
})

test('a column that stands elsewhere changes the physical fingerprint only, and is named', async () => {
  await untouched(async (query) => {
    await query('alter table app.rooms drop room, add room int')
    const after = await query.catalog()
    expect(diffCatalogs(before, after)).toEqual([])
    expect(fingerprintOf(after)).toBe(fingerprintOf(before))
    expect(physicalFingerprintOf(after)).not.toBe(physicalFingerprintOf(before))
    const moved = 'table app.rooms: columns expected in the order room, during, got during, room'
    expect(orderDifferences(before, after)).toEqual([moved])
    await query('alter table app.users drop many, drop attributes, add more int')
    expect(orderDifferences(before, await query.catalog())).toEqual([moved])
  })
})

test('a column that went and came back last is where it was', async () => {
  await untouched(async (query) => {
    await query('alter table app.child drop extra; alter table app.child add extra varchar(10)')
    expect(physicalFingerprintOf(await query.catalog())).toBe(physicalFingerprintOf(before))
  })
})

test('the tool’s own history table is not part of it', async () => {
  await untouched(async (query) => {
    await query(`create table public.schema_migrations (id serial primary key, name text unique);
      create index on public.schema_migrations (name); comment on table public.schema_migrations is 'x';
      grant select on public.schema_migrations to public`)
    expect(diffCatalogs(before, await query.catalog())).toEqual([])
    await query('create table public.other_migrations (id serial primary key)')
    expect(diffCatalogs(before, await query.catalog())).toEqual([
      'sequence other_migrations_id_seq: not expected, but it is there',
      'table other_migrations: not expected, but it is there',
    ])
  })
})

test('what is stored is what is loaded, under its fingerprint', async () => {
  const fingerprint = await storeCatalog(world.directory, before)
  expect(await loadCatalog(world.directory, fingerprint)).toEqual(before)
  expect(await loadCatalog(world.directory, 'f'.repeat(64))).toBe(null)
})

test('who reads it, how values are printed and where names are looked for does not matter', async () => {
  await untouched(async (query) => {
    await query(`create role catalog_other superuser; set local role catalog_other; set search_path = app, public;
      set timezone = 'Asia/Tokyo'; set datestyle = 'German'; set quote_all_identifiers = on; set extra_float_digits = -5`)
    expect(fingerprintOf(await query.catalog())).toBe(fingerprintOf(before))
    expect(await query('show search_path')).toEqual([{ search_path: 'app, public' }])
    expect(await query('show timezone')).toEqual([{ TimeZone: 'Asia/Tokyo' }])
  })
})

test('a session that forgets its prepared statements reads it all the same', async () => {
  await untouched(async (query) => {
    await query.catalog()
    await query('deallocate all')
    expect(fingerprintOf(await query.catalog())).toBe(fingerprintOf(before))
  })
})

test('what an option calls a secret is not read', async () => {
  await untouched(async (query) => {
    await query(`alter foreign data wrapper nowhere options (add api_key 'hidden', add pass 'hidden')`)
    expect(JSON.stringify(await query.catalog())).not.toContain('hidden')
  })
})

/** In a transaction that is rolled back. */
async function untouched(work: (query: Query) => Promise<void>): Promise<void> {
  await client.query('begin')
  try {
    const query = async (sql: string): Promise<unknown[]> => (await client.query(sql)).rows
    await work(Object.assign(query, { catalog: () => readCatalog(client, world.database.migrations) }))
  } finally {
    await client.query('rollback')
  }
}

type Query = { (sql: string): Promise<unknown[]>; catalog(): Promise<Catalog> }
