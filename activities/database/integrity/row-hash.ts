import type { RowSum } from '../../../src/domain/integrity-rows.ts'
import type { Reading } from './snapshot-read.ts'
import type { ShapeColumn, TableShape } from './table-shapes.ts'

/** SQL that is true for a row that was written in the window: not by a transaction that was over at its beginning. */
export type Written = string

/** Rows of one table, row by row: hash of the key, of the row, and who wrote it last (`xmin`), where that is in the window. */
export type KeyedRow = { key: string; row: string; writer: string | null }

/** More rows than this are not remembered one by one: some 8 MB on the host for each table. */
export const mostKeyedRows = 200_000

export async function countRows({ client }: Reading, shape: TableShape): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`select count(*)::text as n from ${sourceOf(shape)}`)
  return Number(rows[0]?.n)
}

/** One pass over the table: of all rows, and of those that were not written in the window. */
export async function sumRows(
  { client }: Reading,
  shape: TableShape,
  columns: readonly ShapeColumn[],
  written: Written,
): Promise<{ all: RowSum; old: RowSum }> {
  const { rows } = await client.query<RowSum & { written: boolean }>(sumQuery(shape, columns, written))
  const sums = rows.map((row) => ({ ...row, rows: Number(row.rows) }))
  return { all: added(sums), old: added(sums.filter((sum) => !sum.written)) }
}

/** Sums, because they come out the same in any order, and equal rows do not cancel out as they would in an xor. */
export function sumQuery(shape: TableShape, columns: readonly ShapeColumn[], written: Written): string {
  return `select ${written} as written, count(*)::text as rows, sum(${hashOf(columns)})::text as hash
    from ${sourceOf(shape)} group by 1`
}

function added(sums: readonly RowSum[]): RowSum {
  return {
    rows: sums.reduce((rows, sum) => rows + sum.rows, 0),
    hash: sums.reduce((hash, sum) => hash + BigInt(sum.hash), 0n).toString(),
  }
}

export async function keyedRows(
  { client }: Reading,
  shape: TableShape,
  { columns, key, written }: { columns: readonly ShapeColumn[]; key: readonly string[]; written: Written },
): Promise<KeyedRow[]> {
  const ofKey = columns.filter(({ name }) => key.includes(name))
  const { rows } = await client.query<KeyedRow>(
    `select ${hashOf(ofKey)}::text as key, ${hashOf(columns)}::text as row,
      case when ${written} then xmin::text end as writer from ${sourceOf(shape)}`,
  )
  return rows
}

/** 64 bits over exactly these columns; each value as it is, or as the text that shows all of it. */
export function hashOf(columns: readonly ShapeColumn[]): string {
  const values = columns.map(({ name, direct }) => (direct ? name : `${name}::text`))
  return `hash_record_extended(row(${values.join(', ')}), 0)`
}

/** Children of a table that is only inherited from are tables of their own; partitions are not. */
export function sourceOf({ name, partitioned }: TableShape): string {
  return partitioned ? name : `only ${name}`
}
