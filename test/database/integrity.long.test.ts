import { execFile } from 'node:child_process'
import { chown, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type pg from 'pg'
import { expect, test } from 'vitest'
import { compareTables } from '../../activities/database/integrity/compare-tables.ts'
import type { KeptIntegrity } from '../../activities/database/integrity/kept.ts'
import { readTables } from '../../activities/database/integrity/read-tables.ts'
import { readingOnce } from '../../activities/database/integrity/snapshot-read.ts'
import { postgresIdentity } from '../../src/dev/postgres-user.ts'
import { writtenSince } from '../../src/domain/integrity/row-age.ts'
import { startDistributionPostgres } from '../support/distribution-postgres.ts'
import { withClient } from './world.ts'

const run = promisify(execFile)
const limits = { longestMs: 60_000, lockTimeoutMs: 1_000 }
const silent = () => undefined

test('old rows are told from new ones over the turn of the transaction numbers, on Postgres 15', async () => {
  const server = await startDistributionPostgres()
  await withClient(server.url, async (client) => {
    await client.query(`create table t as select n as id, md5(n::text) as a from generate_series(1, 50) as n`)
  })
  await run(join(server.bin, 'vacuumdb'), [
    '--all',
    '--freeze',
    '-h',
    '127.0.0.1',
    '-p',
    `${server.port}`,
    '-U',
    'postgres',
  ])
  await nearTheTurn(server)
  const kept = await withClient(server.url, keep)
  expect(BigInt(kept.snapshot.xmax)).toBeLessThan(2n ** 32n)
  await withClient(server.url, async (client) => {
    // The first of them still before the turn, the last ones after it.
    for (let at = 100; at < 130; at++) await client.query(`insert into t values ($1, 'new')`, [at])
    const { rows } = await client.query(
      'select min(xmin::text::bigint)::int as low, max(xmin::text::bigint) as high from t where id >= 100',
    )
    expect(rows[0]?.low).toBeLessThan(100)
    expect(BigInt(rows[0]?.high)).toBeGreaterThan(2n ** 32n - 100n)
    expect(await compare(client, kept)).toMatchObject([{ verdict: 'passed', got: 'all 50 old rows as before, 30 new' }])
    await client.query(`update t set a = 'x' where id = 7`)
    expect(await compare(client, kept)).toMatchObject([
      { verdict: 'inconclusive', got: 'cannot be told: 50 rows before, 80 now, 1 old ones written or deleted since' },
    ])
  })
})

/** Without a key: only the sums tell. */
async function keep(client: pg.Client): Promise<KeptIntegrity> {
  return await readingOnce(client, limits, async (reading) => {
    const { snapshot, serverVersion } = reading
    const written = writtenSince(snapshot.xmin, snapshot.xmax) ?? 'true'
    const tables = await readTables(reading, ['public.t'], { level: 'exact', written, tell: silent })
    const none = { catalog: '', sequences: 0, structure: { unchecked: [], broken: [] }, assertions: [] }
    return { deployment: 'd', level: 'exact', at: '', serverVersion, snapshot, tables, ...none }
  })
}

async function compare(client: pg.Client, kept: KeptIntegrity) {
  const how = { level: 'exact' as const, schemaKept: false, tell: silent }
  return await readingOnce(client, limits, (reading) => compareTables(reading, kept, how))
}

/** Sets the next transaction's number ten before the turn; everything is frozen by then. */
async function nearTheTurn({ url, bin, port }: { url: string; bin: string; port: number }): Promise<void> {
  const identity = { ...(await postgresIdentity()), cwd: '/' }
  const data = await withClient(url, async (client) => {
    const { rows } = await client.query<{ data: string }>(`select current_setting('data_directory') as data`)
    return rows[0]?.data ?? ''
  })
  await run(join(bin, 'pg_ctl'), ['stop', '-D', data, '-m', 'fast', '-w'], identity)
  const segment = join(data, 'pg_xact', '0FFF')
  await writeFile(segment, new Uint8Array(256 * 1024), { mode: 0o600 })
  if (identity.uid !== undefined && identity.gid !== undefined) await chown(segment, identity.uid, identity.gid)
  await run(join(bin, 'pg_resetwal'), ['-f', '-x', `${2n ** 32n - 10n}`, data], identity)
  const flags = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c autovacuum=off`
  await run(join(bin, 'pg_ctl'), ['start', '-D', data, '-w', '-o', flags, '-l', join(data, 'log')], identity)
}
