import { withClient } from '../activities/database/client.ts'
import { compareTables } from '../activities/database/integrity/compare-tables.ts'
import { readTables } from '../activities/database/integrity/read-tables.ts'
import { hashOf } from '../activities/database/integrity/row-hash.ts'
import { readingOnce } from '../activities/database/integrity/snapshot-read.ts'
import { tableShapes } from '../activities/database/integrity/table-shapes.ts'
import { writtenSince } from '../src/domain/integrity/row-age.ts'
import { type Measured, measured } from './measured.ts'

/** A fifth slower than the bare query at most. */
const aim = 1.25
const rows = 500_000
const limits = { longestMs: 600_000, lockTimeoutMs: 1_000 }

/** All that `exact` does about a table, against nothing but hashing its rows in the same way. */
export async function measureIntegrity(url: string): Promise<Measured[]> {
  return await withClient(url, async (client) => {
    await client.query(
      'create table orders (id int primary key, email text, total numeric(10,2), at timestamptz, note text)',
    )
    await client.query(
      `insert into orders select n, md5(n::text) || '@example.com', n * 1.25, now() + n * interval '1 s', md5((n + 1)::text)
       from generate_series(1, ${rows}) as n`,
    )
    await client.query('vacuum analyze orders')
    const [shape] = await tableShapes(client, ['public.orders'])
    if (!shape) throw new Error('expected the table that was just made')
    const bare = `select count(*), sum(${hashOf(shape.columns)}) from only public.orders`
    const before = () =>
      readingOnce(client, limits, async (reading) => {
        const { xmin, xmax } = reading.snapshot
        const written = writtenSince(xmin, xmax) ?? 'true'
        const tables = await readTables(reading, [shape.name], { level: 'exact', written, tell: () => undefined })
        return { tables, snapshot: reading.snapshot, serverVersion: reading.serverVersion }
      })
    const { tables, snapshot, serverVersion } = await before()
    const structure = { unchecked: [], broken: [] }
    const kept = {
      deployment: 'd',
      level: 'exact' as const,
      at: '',
      serverVersion,
      snapshot,
      catalog: '',
      sequences: 0,
      structure,
      assertions: [],
      tables,
    }
    const after = () =>
      readingOnce(client, limits, (reading) =>
        compareTables(reading, kept, { level: 'exact', schemaKept: false, tell: () => undefined }),
      )
    const held = { base: 'the bare query', aim, rounds: 9 }
    const runBase = () => client.query(bare)
    const found = [
      await measured({ name: `exact before, ${rows} rows`, ...held }, { run: before, runBase }),
      await measured({ name: `exact after, ${rows} rows`, ...held }, { run: after, runBase }),
    ]
    await client.query('update orders set total = total + 1 where id % 10 = 0')
    await client.query('vacuum analyze orders')
    found.push(await measured({ name: `exact after, a tenth written since`, ...held }, { run: after, runBase }))
    return found
  })
}
