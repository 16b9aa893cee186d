import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { fingerprintOf, readCatalog } from '../../activities/database/catalog/catalog.ts'
import type { Catalog } from '../../src/domain/catalog/catalog.ts'
import { alterations } from './catalog-properties/alterations.ts'
import { createWorld, type DatabaseWorld } from './world.ts'

let world: DatabaseWorld
let client: pg.Client
let before: Catalog

const of = randomUUID().slice(0, 8)
const named = (sql: string) => sql.replaceAll(':role:', `role_${of}`).replaceAll(':space:', `space_${of}`)

beforeAll(async () => {
  world = await createWorld()
  client = new pg.Client({ connectionString: world.url })
  await client.connect()
  await client.query('set allow_in_place_tablespaces = on')
  await client.query(named(`create tablespace :space: location ''`))
  // In what no statement alters alone, the catalog itself is altered.
  await client.query('begin; set local allow_system_table_mods = on')
  await client.query(named(await readFile('test/database/catalog-properties/one-of-each.sql', 'utf8')))
  before = await readCatalog(client, world.database.migrations)
})

afterAll(async () => {
  await client.query('rollback')
  await client.query(named('drop tablespace :space:'))
  await client.end()
  await world.stop()
})

test.each(alterations)('%s is part of the fingerprint, and nothing else changes: %s', async (properties, sql) => {
  await client.query('savepoint whole')
  try {
    await client.query(named(sql))
    const after = await readCatalog(client, world.database.migrations)
    expect(changedIn(before, after)).toEqual(properties.split(', ').toSorted())
    expect(fingerprintOf(after)).not.toBe(fingerprintOf(before))
  } finally {
    await client.query('rollback to savepoint whole')
  }
})

/** Kind and property of what is in both. */
function changedIn(one: Catalog, other: Catalog): string[] {
  const now = new Map(other.map((object) => [`${object.kind} ${object.name}`, object.properties]))
  const changed = one.flatMap(({ kind, name, properties: was }) => {
    const is = now.get(`${kind} ${name}`) ?? was
    const names = new Set([...Object.keys(was), ...Object.keys(is)])
    return [...names].flatMap((property) =>
      JSON.stringify(was[property]) === JSON.stringify(is[property]) ? [] : [`${kind} ${property}`],
    )
  })
  return [...new Set(changed)].sort()
}
