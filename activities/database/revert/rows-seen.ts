import type pg from 'pg'
import { shortName } from '../../../src/domain/catalog/catalog.ts'
import type { Kept, KeptColumn } from '../../../src/domain/catalog/kept.ts'
import { type RowsSeen, rowsTaken } from '../../../src/domain/rollback/rows-taken.ts'
import { hashOf } from '../apply/rows.ts'
import { isAway } from '../client.ts'
import { inPlainWords } from './careful-count.ts'

/** What tables held that were there all along; by what each was called before its migration. */
export type Seen = ReadonlyMap<string, RowsSeen>

/**
 * Looks at every row of these tables, for a down that nobody can count inside of. Old code may be waiting for it to be
 * over: after `longestMs` the rest is not looked at, and said to be. The small tables come first.
 */
export async function seeRows(client: pg.ClientBase, kept: readonly Kept[], when: 'was' | 'is'): Promise<Seen> {
  const until = performance.now() + longestMs
  const seen = new Map<string, RowsSeen>()
  let hashesLeft = most.inAll
  await inPlainWords(client, async () => {
    for (const one of await smallestFirst(client, kept, when)) {
      const leftMs = Math.max(1, Math.ceil(until - performance.now()))
      const mostHashes = Math.min(most.inOne, hashesLeft)
      const found = await withinMs(client, leftMs, () => rowsOf(client, one, { when, mostHashes }))
      seen.set(one.table.was, found)
      if (found !== 'unseen') hashesLeft -= found.hashes?.size ?? 0
    }
  })
  return seen
}

/** In words, table by table; empty: all that was there is there. */
export function takenBetween(migration: string, before: Seen, after: Seen): string[] {
  const tables = [...before].map(([table, was]) => ({ table: shortName(table), was, is: after.get(table) ?? 'unseen' }))
  return rowsTaken(
    migration,
    tables.toSorted((a, b) => (a.table < b.table ? -1 : 1)),
    most,
  )
}

/** A minute of standing still is what a careful look may cost; a table of ten million rows is counted in two seconds. */
const longestMs = 30_000

/** Hashing a million rows takes seconds, and all of them travel and are held, twice: what is more is counted. */
const most = { inOne: 200_000, inAll: 1_000_000 }

async function smallestFirst(client: pg.ClientBase, kept: readonly Kept[], when: 'was' | 'is'): Promise<Kept[]> {
  const names = kept.map(({ table }) => table[when])
  const { rows } = await client.query<{ name: string; size: string }>(
    'select name, pg_relation_size(to_regclass(name)) as size from unnest($1::text[]) as name where to_regclass(name) is not null',
    [names],
  )
  const sizes = new Map(rows.map(({ name, size }) => [name, Number(size)]))
  const there = kept.filter(({ table }) => sizes.has(table[when]))
  return there.toSorted((a, b) => (sizes.get(a.table[when]) ?? 0) - (sizes.get(b.table[when]) ?? 0))
}

async function rowsOf(
  client: pg.ClientBase,
  { table, columns }: Kept,
  { when, mostHashes }: { when: 'was' | 'is'; mostHashes: number },
): Promise<RowsSeen> {
  const { rows } = await client.query<{ n: string }>(`select count(*) as n from only ${table[when]}`)
  const count = Number(rows[0]?.n)
  if (count > mostHashes) return { count, hashes: null }
  const hash = hashOf(columns.filter(({ as }) => as !== null).map((column) => valueIn(column, when)))
  const found = await client.query<{ hash: string; n: string }>(
    `select ${hash} as hash, count(*) as n from only ${table[when]} group by 1`,
  )
  return { count, hashes: new Map(found.rows.map((row) => [row.hash, Number(row.n)])) }
}

/** A table that cannot be read, or not in time, stops nothing: it is said. */
async function withinMs(
  client: pg.ClientBase,
  leftMs: number,
  work: () => Promise<RowsSeen>,
): Promise<RowsSeen | 'unseen'> {
  await client.query('begin read only')
  try {
    await client.query(`set local statement_timeout = ${leftMs}`)
    return await work()
  } catch (error) {
    if (isAway(error)) throw error
    return 'unseen'
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

/** One value, one text; where a type has a zero with a sign, that too. */
export function valueIn({ as, ...column }: KeptColumn, when: 'was' | 'is'): string {
  const value = column[when]
  switch (as) {
    case 'numeric':
      return `trim_scale(${value}::numeric)`
    case 'double precision':
      return `(${value}::double precision + 0)`
    case 'text':
      return `${value}::text`
    case 'itself':
    case null:
      return value
  }
}
