import type pg from 'pg'
import { qualified } from '../../client.ts'
import { foreignTable, historyColumns, namesOfVersions } from '../history-table.ts'
import type { AskedHistory, MigrationFile, MigrationSettings } from '../tool.ts'
import { versionOf } from './layouts.ts'

/** `diesel`: the table that Diesel keeps; a project that changes over goes on with it, and may change back. */
type Shape = 'belay' | 'diesel'

/** null: there is no table yet. Throws when there is one of another tool's. */
async function shapeOf(client: pg.ClientBase, settings: MigrationSettings): Promise<Shape | null> {
  const columns = await historyColumns(client, settings)
  if (columns.length === 0) return null
  if (columns.toSorted().join() === 'run_on,version') return 'diesel'
  const missing = ['name', 'sha256', 'position'].filter((column) => !columns.includes(column))
  if (missing.length > 0) throw foreignTable(settings, "Belay's history table, or Diesel's", missing)
  return 'belay'
}

export async function readHistory(
  client: pg.ClientBase,
  { settings, known }: Omit<AskedHistory, 'release'>,
  own: () => Promise<string[]>,
): Promise<string[]> {
  const shape = await shapeOf(client, settings)
  if (shape === null) return []
  const column = shape === 'belay' ? 'name' : 'version'
  const order = shape === 'belay' ? 'position' : 'run_on, version collate "C"'
  const { rows } = await client.query<{ name: string }>(
    `select ${column} as name from ${qualified(settings)} order by ${order}`,
  )
  const names = rows.map((row) => row.name)
  return shape === 'belay' ? names : namesOfVersions(names, { own: await own(), known }, versionOf)
}

/** By the name that Diesel itself gives it, it becomes Diesel's: Diesel can go on with it. */
export async function makeHistory(client: pg.ClientBase, settings: MigrationSettings): Promise<void> {
  if ((await shapeOf(client, settings)) !== null) return
  const columns =
    settings.table === '__diesel_schema_migrations'
      ? 'version varchar(50) primary key not null, run_on timestamp not null default current_timestamp'
      : `name text primary key, sha256 text not null,
         applied_at timestamptz not null default clock_timestamp(), position bigint generated always as identity`
  await client.query(`create table ${qualified(settings)} (${columns})`)
}

export async function addToHistory(
  client: pg.ClientBase,
  settings: MigrationSettings,
  { name, sha256 }: MigrationFile,
): Promise<void> {
  const table = qualified(settings)
  if ((await shapeOf(client, settings)) === 'diesel') {
    await client.query(`insert into ${table} (version) values ($1)`, [versionOf(name)])
  } else {
    await client.query(`insert into ${table} (name, sha256) values ($1, $2)`, [name, sha256])
  }
}

export async function takeFromHistory(
  client: pg.ClientBase,
  settings: MigrationSettings,
  { name }: MigrationFile,
): Promise<void> {
  const diesel = (await shapeOf(client, settings)) === 'diesel'
  const where = diesel ? 'version = $1' : 'name = $1'
  const key = diesel ? versionOf(name) : name
  const deleted = await client.query(`delete from ${qualified(settings)} where ${where}`, [key])
  if (deleted.rowCount !== 1) throw new Error(`history: expected one row of ${name}, got ${deleted.rowCount}`)
}
