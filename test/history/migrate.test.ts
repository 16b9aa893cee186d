import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { migrateHistory } from '../../src/history/migrate.ts'
import { createDatabase } from '../support/postgres.ts'
import { withClient } from './database.ts'
import { dumpSchema } from './dump-schema.ts'

describe('the migrations of the history', () => {
  let url = ''
  let drop: () => Promise<void>

  beforeEach(async () => {
    const database = await createDatabase()
    url = database.url
    drop = database.drop
  }, 60_000)
  afterEach(() => drop())

  it('make the schema that stands in the golden file', async () => {
    await withClient(url, migrateHistory)
    const dump = await withClient(url, dumpSchema)
    await expect(dump).toMatchFileSnapshot(join(import.meta.dirname, '../golden/schema.sql'))
  })

  it('are applied once, and a second run does nothing', async () => {
    const first = await withClient(url, migrateHistory)
    const second = await withClient(url, migrateHistory)
    expect(first.applied).toHaveLength(6)
    expect(second.applied).toEqual([])
  })

  it('are applied once by two migrators at the same time', async () => {
    const both = await Promise.all([withClient(url, migrateHistory), withClient(url, migrateHistory)])
    expect(both.map(({ applied }) => applied.length).sort()).toEqual([0, 6])
  })

  it('leave neither table nor ledger row when one cannot be applied', async () => {
    await withClient(url, (client) => client.query('create table samples (in_the_way boolean)'))
    await expect(withClient(url, migrateHistory)).rejects.toThrow('relation "samples" already exists')
    const ledger = await withClient(url, (client) =>
      client.query<{ name: string }>('select name from belay_migrations'),
    )
    expect(ledger.rows.map((row) => row.name)).toEqual(['000001_deployment_history.sql'])
    const half = await withClient(url, (client) => client.query("select to_regclass('items') as items"))
    expect(half.rows).toEqual([{ items: null }])
    await withClient(url, (client) => client.query('drop table samples'))
    const mended = await withClient(url, migrateHistory)
    expect(mended.applied).toEqual([
      '000002_records.sql',
      '000003_holds.sql',
      '000004_gate.sql',
      '000005_proofs.sql',
      '000006_order_proofs.sql',
    ])
  })

  it('refuse when an applied file has been changed since, naming it', async () => {
    await withClient(url, migrateHistory)
    await withClient(url, (client) =>
      client.query("update belay_migrations set checksum = 'other' where name like '000002%'"),
    )
    await expect(withClient(url, migrateHistory)).rejects.toThrow('history migration 000002_records.sql: expected')
  })

  it('refuse when a newer Belay has been here', async () => {
    await withClient(url, migrateHistory)
    await withClient(url, (client) => client.query("insert into belay_migrations values ('000099_future.sql', 'x')"))
    await expect(withClient(url, migrateHistory)).rejects.toThrow(
      '000099_future.sql from a newer one; update this Belay',
    )
  })

  it('can be repeated after the connection was cut in the middle, which leaves no lock behind', async () => {
    const client = new pg.Client({ connectionString: url })
    client.on('error', () => undefined)
    await client.connect()
    const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid')
    await withClient(url, async (blocker) => {
      await blocker.query('begin; create table samples (in_the_way boolean)')
      const migrating = migrateHistory(client).catch((error: unknown) => error)
      await untilWaiting(url, rows[0]?.pid ?? 0)
      await withClient(url, (killer) => killer.query('select pg_terminate_backend($1)', [rows[0]?.pid]))
      expect(await migrating).toBeInstanceOf(Error)
      await blocker.query('rollback')
    })
    const mended = await withClient(url, migrateHistory)
    expect(mended.applied).toContain('000002_records.sql')
  })

  it('hold the ledger row of every file, with the checksum of its content', async () => {
    await withClient(url, migrateHistory)
    const { rows } = await withClient(url, (client) =>
      client.query<{ name: string; checksum: string }>('select name, checksum from belay_migrations order by name'),
    )
    for (const row of rows) {
      const file = await readFile(join(import.meta.dirname, '../../src/history/migrations', row.name))
      const digest = await crypto.subtle.digest('SHA-256', file)
      expect(row.checksum).toBe(Buffer.from(digest).toString('hex'))
    }
  })
})

/** The migrator stands at the table that another transaction is making. */
async function untilWaiting(url: string, pid: number): Promise<void> {
  await expect
    .poll(
      () =>
        withClient(url, async (client) => {
          const { rows } = await client.query('select 1 from pg_locks where pid = $1 and not granted', [pid])
          return rows.length
        }),
      { timeout: 15_000 },
    )
    .toBeGreaterThan(0)
}
