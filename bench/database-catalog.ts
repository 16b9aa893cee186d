import { fingerprintOf, readCatalog } from '../activities/database/catalog/catalog.ts'
import { withClient } from '../activities/database/client.ts'
import { atMost, type Measured, measured } from './measured.ts'

const own = { schema: 'public', table: 'schema_migrations' }

/** With 1,000 tables. */
const aimMs = 1_000

/** The fingerprint at growing sizes, against reading nothing but the names of all columns. */
export async function measureCatalog(url: string): Promise<Measured[]> {
  return await withClient(url, async (client) => {
    const found: Measured[] = []
    const names = `select attrelid::regclass::text, attname from pg_attribute join pg_class c on c.oid = attrelid
      where relnamespace = 'many'::regnamespace and attnum > 0`
    await client.query('create schema many')
    for (const [from, to] of [
      [1, 10],
      [11, 100],
      [101, 1_000],
    ]) {
      for (let at = from ?? 0; at <= (to ?? 0); at++) await client.query(tableSql(at))
      await client.query('analyze pg_catalog.pg_class; analyze pg_catalog.pg_attribute; analyze pg_catalog.pg_depend')
      found.push(
        await measured(
          { name: `fingerprint, ${to} tables`, base: 'the columns’ names', aim: null, rounds: 5 },
          { run: async () => fingerprintOf(await readCatalog(client, own)), runBase: () => client.query(names) },
        ),
      )
    }
    await client.query('drop schema many cascade').catch(() => undefined)
    return [...found, atMost('fingerprint of the last', found.at(-1)?.ms ?? 0, aimMs)]
  })
}

function tableSql(at: number): string {
  const parent = at > 1 ? `, parent int references many.t${at - 1} (id)` : ''
  return `create table many.t${at} (id serial primary key, email text not null default '', total numeric(10,2) check (total >= 0),
    at timestamptz default now(), kind varchar(20)${parent}); create index on many.t${at} (at, kind)`
}
