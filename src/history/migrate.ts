import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ClientBase } from 'pg'

/**
 * Brings Belay's tables up to date and says which migrations it applied. One migrator at a time (advisory lock); each
 * migration and its ledger row are one transaction, so a kill leaves either both or neither. Running it again does
 * nothing. Throws when an applied file was changed since, or when a newer Belay has been here.
 */
export async function migrateHistory(client: ClientBase): Promise<{ applied: string[] }> {
  const files = await migrationFiles()
  await client.query('select pg_advisory_lock($1)', [lockKey])
  try {
    await client.query(createLedger)
    const pending = pendingOf(files, await readLedger(client))
    for (const file of pending) await apply(client, file)
    return { applied: pending.map((file) => file.name) }
  } finally {
    await quietly(client.query('select pg_advisory_unlock($1)', [lockKey]))
  }
}

/** Any number that no other program uses: "belay" in ASCII. */
const lockKey = 0x62656c6179

const createLedger = `
  create table if not exists belay_migrations (
    name text primary key,
    checksum text not null,
    applied_at timestamptz not null default now()
  )`

type MigrationFile = { name: string; sql: string; checksum: string }
type LedgerRow = { name: string; checksum: string }

async function migrationFiles(): Promise<MigrationFile[]> {
  const directory = join(import.meta.dirname, 'migrations')
  const names = (await readdir(directory)).filter((name) => /^\d{6}_[a-z0-9_]+\.sql$/.test(name)).sort()
  return Promise.all(names.map((name) => readMigration(directory, name)))
}

async function readMigration(directory: string, name: string): Promise<MigrationFile> {
  const sql = await readFile(join(directory, name), 'utf8')
  return { name, sql, checksum: createHash('sha256').update(sql.replaceAll('\r\n', '\n')).digest('hex') }
}

async function readLedger(client: ClientBase): Promise<LedgerRow[]> {
  const { rows } = await client.query<LedgerRow>('select name, checksum from belay_migrations order by name')
  return rows
}

function pendingOf(files: readonly MigrationFile[], ledger: readonly LedgerRow[]): MigrationFile[] {
  for (const row of ledger) {
    const file = files.find(({ name }) => name === row.name)
    if (file === undefined) throw new Error(newerBelay(row.name))
    if (file.checksum !== row.checksum) throw new Error(changedFile(row.name))
  }
  return files.filter(({ name }) => !ledger.some((row) => row.name === name))
}

async function apply(client: ClientBase, file: MigrationFile): Promise<void> {
  await client.query('begin')
  try {
    await client.query(file.sql)
    await client.query('insert into belay_migrations (name, checksum) values ($1, $2)', [file.name, file.checksum])
    await client.query('commit')
  } catch (error) {
    await quietly(client.query('rollback'))
    throw error
  }
}

/** A connection that broke has given up its lock and its transaction already; the first error is the one to tell. */
async function quietly(clearing: Promise<unknown>): Promise<void> {
  await clearing.catch(() => undefined)
}

function newerBelay(name: string): string {
  return `history database: expected migrations this version knows, got ${name} from a newer one; update this Belay`
}

function changedFile(name: string): string {
  return `history migration ${name}: expected the content that was applied, got another; restore the file, add a new one`
}
