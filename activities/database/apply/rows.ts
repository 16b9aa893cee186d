import type pg from 'pg'
import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import { withSettings } from '../client.ts'
import type { RowBaseline } from '../notes.ts'

/** More rows than this are not remembered one by one; all of that table's count as new then. */
const mostRows = 200_000

/** The text of a value must not depend on who asks. */
export const pinned = {
  datestyle: 'ISO, MDY',
  intervalstyle: 'postgres',
  timezone: 'UTC',
  extra_float_digits: '1',
  bytea_output: 'hex',
  // A policy that hides rows must be an error, or the count would be wrong.
  row_security: 'off',
}

/** The columns of a table that hold values of its own, as SQL, sorted by name: what two states have in common. */
export function columnsOf(catalog: Catalog, table: string): string[] {
  const columns = catalog.filter((object) => object.kind === 'column' && object.table === table)
  return columns.flatMap(({ properties }) => (typeof properties.column === 'string' ? [properties.column] : [])).sort()
}

/** What the table holds now, over each of these sets of columns. */
export async function rowBaseline(
  client: pg.ClientBase,
  { table, relation }: { table: string; relation: number },
  columnSets: readonly (readonly string[])[],
): Promise<RowBaseline> {
  return await withSettings(client, pinned, async () => {
    const { rows } = await client.query<{ n: string }>(
      `select count(*) as n from (select from only ${table} limit ${mostRows + 1}) as few`,
    )
    const tooMany = Number(rows[0]?.n) > mostRows
    const sets: RowBaseline = []
    for (const columns of columnSets) {
      const hashes = tooMany ? null : await hashesOf(client, table, columns)
      sets.push({ relation, columns: [...columns], hashes })
    }
    return sets
  })
}

/** How many rows are there that were not there then: new ones, and changed ones. Exact. */
export async function newRows(
  client: pg.ClientBase,
  { table, relation }: { table: string; relation: number },
  columns: readonly string[],
  baseline: RowBaseline,
): Promise<number> {
  const known = baseline.find((set) => set.relation === relation && set.columns.join() === columns.join())
  const { rows } = await client.query<{ n: string }>(
    `with known as (select hash, count(*) as n from unnest($1::text[]) as hash group by hash),
      present as (select ${hashOf(columns)} as hash, count(*) as n from only ${table} group by 1)
    select coalesce(sum(greatest(present.n - coalesce(known.n, 0), 0)), 0) as n from present left join known using (hash)`,
    [known?.hashes ?? []],
  )
  return Number(rows[0]?.n)
}

async function hashesOf(client: pg.ClientBase, table: string, columns: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ hash: string }>(`select ${hashOf(columns)} as hash from only ${table}`)
  return rows.map((row) => row.hash)
}

/** Of a row, over these columns or expressions of them, as SQL. */
export function hashOf(columns: readonly string[]): string {
  const row = `row(${columns.map((column) => `${column}::text`).join(', ')})::text`
  return `left(encode(sha256(convert_to(${row}, 'UTF8')), 'hex'), 32)`
}
