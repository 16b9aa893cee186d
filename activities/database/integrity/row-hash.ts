import type { RowSum } from '../../../src/domain/integrity/rows.ts'
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
  const { rows } = await client.query<{ rows: string; hash: string | null; written: string | null }>(
    sumQuery(shape, columns, written),
  )
  const [count, hash, both] = [rows[0]?.rows, rows[0]?.hash, rows[0]?.written].map((value) => BigInt(value ?? 0))
  const all = { rows: Number(count), hash: hash ?? 0n }
  const since = apart(both ?? 0n)
  return {
    all: { rows: all.rows, hash: all.hash.toString() },
    old: { rows: all.rows - since.rows, hash: (all.hash - since.hash).toString() },
  }
}

/**
 * Sums, because they come out the same in any order, and equal rows do not cancel out as they would in an xor. Every
 * further aggregate costs a tenth of the whole, so the written rows' number and sum come as one: number * 2^128 + sum.
 */
function sumQuery(shape: TableShape, columns: readonly ShapeColumn[], written: Written): string {
  const hash = hashOf(columns)
  return `select count(*)::text as rows, sum(${hash})::text as hash,
    sum(${hash}::numeric + ${beside}) filter (where ${written})::text as written from ${sourceOf(shape)}`
}

const beside = 2n ** 128n

/** 64 bits a row, and never 2^63 rows: the sum stays far below half of what it stands beside. */
function apart(both: bigint): { rows: number; hash: bigint } {
  const rows = (both + beside / 2n) / beside
  return { rows: Number(rows), hash: both - rows * beside }
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

/**
 * Who wrote the rows that lie in the window although they can be seen already: nobody adds to them any more. Savepoints
 * of transactions that still run have numbers of their own, which no snapshot lists. null: too many to keep.
 */
export async function settledWriters(
  { client }: Reading,
  shape: TableShape,
  written: Written,
): Promise<string[] | null> {
  if (written === 'false') return []
  const { rows } = await client.query<{ writer: string }>(
    `select distinct xmin::text as writer from ${sourceOf(shape)} where ${written} limit ${mostWriters + 1}`,
  )
  return rows.length > mostWriters ? null : rows.map(({ writer }) => writer)
}

/** As many transactions as commit while one long query runs on a busy table; each is looked for in every young row. */
const mostWriters = 1_000

/** Children of a table that is only inherited from are tables of their own; partitions are not. */
function sourceOf({ name, partitioned }: TableShape): string {
  return partitioned ? name : `only ${name}`
}
