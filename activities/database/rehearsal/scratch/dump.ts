import { execFile } from 'node:child_process'
import { glob } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import type { EnvironmentVariables } from '../../../../src/domain/reference.ts'
import { qualified, withClient } from '../../client.ts'
import type { MigrationSettings } from '../../tools/tool.ts'
import type { Live } from './live.ts'

const run = promisify(execFile)

export type DumpOrder = {
  /** Of the live database: it is read in a transaction that can write nothing. */
  liveUrl: string
  live: Live
  settings: MigrationSettings
  environment: EnvironmentVariables
}

/** The program of the server's own major: another one may write what the server never said. null: not installed. */
export async function pgDumpFor(major: number, environment: DumpOrder['environment']): Promise<string | null> {
  for await (const program of candidates(major)) {
    const version = await run(program, ['--version'], { env: { PATH: environment.PATH } }).catch(() => null)
    if (version && new RegExp(`\\b${major}(\\.|\\s|devel|beta|rc|$)`).test(version.stdout)) return program
  }
  return null
}

/** Makes the schema of the live database, and its history rows, in an empty one. No other row is read. */
export async function dumpInto(adminUrl: string, program: string, order: DumpOrder): Promise<void> {
  const schema = await schemaOf(program, order)
  await withClient(adminUrl, async (client) => {
    // Every database begins with it, and a dump does not say that it is gone.
    const hasPublic = order.live.catalog.some(({ kind, name }) => kind === 'schema' && name === 'public')
    if (!hasPublic) await client.query('drop schema public')
    await client.query(schema)
    await client.query('reset all')
    if (order.live.history !== null) await fillHistory(client, order.settings, order.live.history)
  })
}

async function* candidates(major: number): AsyncGenerator<string> {
  yield `/usr/lib/postgresql/${major}/bin/pg_dump`
  yield `/usr/pgsql-${major}/bin/pg_dump`
  for await (const found of glob(`/{opt/homebrew,usr/local}/opt/postgresql@${major}/bin/pg_dump`)) yield found
  yield 'pg_dump'
}

async function schemaOf(program: string, { liveUrl, settings, environment }: DumpOrder): Promise<string> {
  const { address, password } = withoutPassword(liveUrl)
  const args = ['--schema-only', `--lock-wait-timeout=${Math.ceil(settings.lockTimeoutMs)}`, `--dbname=${address}`]
  const env = {
    PATH: environment.PATH ?? dirname(program),
    PGOPTIONS: '-c default_transaction_read_only=on',
    // Not an argument: every user of the machine can read those.
    ...(password !== '' && { PGPASSWORD: password }),
  }
  // A schema of a thousand tables is a few megabytes; what is larger than this is none.
  const { stdout } = await run(program, args, { env, maxBuffer: 256 * 1024 * 1024, timeout: settings.timeoutMs })
  return statementsOf(stdout)
}

/** Since 2025 a dump begins and ends with a command for psql that no server knows. */
export function statementsOf(dump: string): string {
  return dump.replaceAll(/^\\(un)?restrict\b.*$/gm, '')
}

function withoutPassword(url: string): { address: string; password: string } {
  const address = new URL(url)
  const password = decodeURIComponent(address.password)
  address.password = ''
  return { address: address.href, password }
}

async function fillHistory(client: pg.ClientBase, settings: MigrationSettings, rows: string): Promise<void> {
  const table = qualified(settings)
  await client.query(
    `insert into ${table} overriding system value select * from json_populate_recordset(null::${table}, $1)`,
    [rows],
  )
  const { rows: counted } = await client.query<{ column: string; sequence: string }>(
    `select attname as "column", pg_get_serial_sequence($1, attname) as sequence from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and pg_get_serial_sequence($1, attname) is not null`,
    [table],
  )
  for (const { column, sequence } of counted) {
    const highest = `(select max(${pg.escapeIdentifier(column)}) from ${table})`
    await client.query(`select setval($1, ${highest}) where ${highest} is not null`, [sequence])
  }
}
