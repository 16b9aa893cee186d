import type pg from 'pg'
import { shortName } from '../../../../src/domain/catalog/catalog.ts'
import { isAway } from '../../client.ts'
import { partitionValues } from './seed-partition.ts'
import type { ForeignKey, SeedColumn, SeedTable } from './seed-tables.ts'
import { candidatesFor } from './seed-values.ts'

export type Made = { tables: string[]; rows: number; not: string[] }

/** Two show what one cannot: that values must differ. */
const rowsATable = 2

/** More tries than a CHECK or two over lists of values need; then the table stays empty. */
const mostTries = 60

/** Makes rows up, parents first, in the transaction that is open. */
export function createRowMaker(client: pg.ClientBase, tables: ReadonlyMap<number, SeedTable>) {
  const made: Made = { tables: [], rows: 0, not: [] }
  const asked = new Set<number>()

  async function fill(relation: number): Promise<void> {
    const table = tables.get(relation)
    if (!table || asked.has(relation)) return
    asked.add(relation)
    for (const key of table.keys) if (!(await hasRows(client, key.parentName))) await fill(key.parent)
    for (let n = 1; n <= rowsATable; n++) {
      const refused = await makeRow(client, table, n)
      if (refused === null) made.rows += 1
      // The second row of a table that holds one at most is not missed.
      else if (n === 1) made.not.push(`${shortName(table.name)}: ${refused}`)
      if (refused !== null) return
      if (n === 1) made.tables.push(table.name)
    }
  }

  return { fill, made: () => made }
}

async function hasRows(client: pg.ClientBase, table: string): Promise<boolean> {
  return ((await client.query(`select from ${table} limit 1`)).rowCount ?? 0) > 0
}

/** null: it is there; else why not. Each try changes what the database complained of. */
async function makeRow(client: pg.ClientBase, table: SeedTable, n: number): Promise<string | null> {
  const fixed = await fixedValues(client, table, n)
  const open = table.columns.filter((column) => !fixed.has(column.position))
  const choices = open.map((column) => ({ column, at: 0, among: candidatesFor(column, n, demandsOn(table, column)) }))
  const unknown = choices.find(({ column, among }) => among.length === 0 && column.required)
  if (unknown) return `no value is known for ${unknown.column.name} ${unknown.column.type}`
  for (let tries = 1; ; tries++) {
    const values = new Map([...fixed, ...choices.map(({ column, among, at }) => [column.position, among[at]] as const)])
    const refused = await insert(client, table, values)
    if (refused === null) return null
    const concerned = choices.filter(({ column }) => concerns(table, column, refused))
    if (tries >= mostTries || !advance(concerned)) return refused.message
  }
}

/** What is not free to choose: the bounds of a partition, and keys of rows that are there. */
async function fixedValues(client: pg.ClientBase, table: SeedTable, n: number): Promise<Map<number, string>> {
  const fixed = partitionValues(table, n)
  for (const key of table.keys) {
    if (key.parent === table.relation) continue
    const values = await parentValues(client, key, n)
    for (const [at, position] of key.columns.entries()) {
      const value = values?.[at]
      if (value !== undefined) fixed.set(position, value)
    }
  }
  return fixed
}

async function parentValues(client: pg.ClientBase, key: ForeignKey, n: number): Promise<string[] | null> {
  const columns = key.parentColumns.map((column) => `quote_nullable(${column}::text)`).join(', ')
  const { rows } = await client.query<{ key: string[] }>(
    `select array[${columns}] as key from ${key.parentName} order by 1 limit ${rowsATable}`,
  )
  return rows[(n - 1) % Math.max(1, rows.length)]?.key ?? null
}

type Refusal = { message: string; constraint: string | undefined; domain: string | undefined }

async function insert(
  client: pg.ClientBase,
  table: SeedTable,
  values: ReadonlyMap<number, string | undefined>,
): Promise<Refusal | null> {
  const written = table.columns.filter(({ position }) => values.get(position) !== undefined)
  const names = written.map((column) => column.name).join(', ')
  const list = written.map((column) => values.get(column.position)).join(', ')
  const row = written.length === 0 ? 'default values' : `(${names}) overriding system value values (${list})`
  try {
    await client.query(`savepoint seed; insert into ${table.name} ${row}; release savepoint seed`)
    return null
  } catch (error) {
    if (isAway(error) || !(error instanceof Error)) throw error
    await client.query('rollback to savepoint seed')
    return refusalOf(error)
  }
}

function refusalOf(error: Error & { constraint?: unknown; dataType?: unknown }): Refusal {
  const { message, constraint, dataType } = error
  const text = (value: unknown) => (typeof value === 'string' ? value : undefined)
  return { message, constraint: text(constraint), domain: text(dataType) }
}

/** A self-reference is left out where it may be: there is no row to point at yet. */
function concerns(table: SeedTable, column: SeedColumn, { constraint, domain }: Refusal): boolean {
  if (domain !== undefined && column.domain === domain) return true
  if (table.keys.some((key) => key.parent === table.relation && key.columns.includes(column.position))) return true
  return table.checks.some((check) => check.name === constraint && check.columns.includes(column.position))
}

/** Like the wheels of a counter; false: all were tried. */
function advance(choices: { at: number; among: readonly string[] }[]): boolean {
  for (const choice of choices) {
    choice.at += 1
    if (choice.at < choice.among.length) return true
    choice.at = 0
  }
  return false
}

function demandsOn(table: SeedTable, { position }: SeedColumn): string[] {
  return table.checks.filter((check) => check.columns.includes(position)).map((check) => check.definition)
}
