import type pg from 'pg'
import { shortName } from '../../../src/domain/catalog/catalog.ts'
import type { Kept, KeptColumn } from '../../../src/domain/catalog/kept.ts'
import { writtenAfter, writtenSince } from '../../../src/domain/integrity/row-age.ts'
import {
  type Overwritten,
  type Unlooked,
  unlookedLine,
  type Written,
} from '../../../src/domain/rollback/overwritten.ts'
import type { MovedRows } from '../moved-rows.ts'
import type { MigrationNote } from '../notes.ts'
import { inPlainWords, readable } from './careful-count.ts'
import { valueIn } from './rows-seen.ts'

/** A table whose rows a down has written, and the keys of those rows as text. */
export type Rewritten = {
  kept: Kept
  key: readonly KeptColumn[]
  keys: readonly string[]
  inserted: number
  how: Written
}

/** The rows travel, twice: as many as are held in memory without a thought. */
export const mostRewritten = 200_000

/** With its long values it is read three times more while nobody else may: a gigabyte takes seconds, ten are an outage. */
const mostBytes = 1024 ** 3

/** `anew`: the downs gave the table other files: every row was written once more, by `using` perhaps as another value. */
export type Touched = { kept: Kept; moved: MovedRows | undefined; anew: boolean }

/**
 * After the downs have run in the transaction that is open: whose values can be compared one by one, once they are
 * undone and run again, and in words what cannot.
 */
export async function rewrittenBy(
  client: pg.ClientBase,
  touched: readonly Touched[],
  most = mostBytes,
): Promise<{ rewritten: Rewritten[]; lines: string[] }> {
  const [rewritten, lines]: [Rewritten[], string[]] = [[], []]
  for (const { kept, moved, anew } of touched) {
    const updated = moved?.updated ?? 0
    if (updated === 0 && !(anew && (await sizeOf(client, kept, 'pg_relation_size')) > 0)) continue
    const found = (await readable(client, () => keysOf(client, kept, updated, most))) ?? { why: 'unreadable' as const }
    const how = updated === 0 ? 'anew' : updated
    if ('why' in found) lines.push(unlookedLine(shortName(kept.table.is), how, found.why, mostRewritten))
    else rewritten.push({ kept: comparable(kept), ...found, inserted: moved?.inserted ?? 0, how })
  }
  return { rewritten, lines }
}

type Keys = Pick<Rewritten, 'key' | 'keys'>

async function keysOf(
  client: pg.ClientBase,
  kept: Kept,
  updated: number,
  most: number,
): Promise<Keys | { why: Unlooked }> {
  if (updated > mostRewritten) return { why: 'too many' }
  const key = await keyOf(client, kept)
  if (key === null) return { why: 'no key' }
  if ((await sizeOf(client, kept, 'pg_table_size')) > most) return { why: 'too large' }
  const keys = await keysWritten(client, kept, key)
  return keys.length > mostRewritten ? { why: 'too many' } : { key, keys }
}

/** What need not be the same in the other type is held against nothing; whether it fits was counted. */
function comparable({ table, columns }: Kept): Kept {
  return { table, columns: columns.filter(({ as }) => as !== null) }
}

/** Nothing, right after it was written anew: it has no rows. */
async function sizeOf(
  client: pg.ClientBase,
  { table }: Kept,
  of: 'pg_relation_size' | 'pg_table_size',
): Promise<number> {
  const { rows } = await client.query<{ size: string }>(`select ${of}($1::regclass) as size`, [table.was])
  return Number(rows[0]?.size)
}

/** What those rows hold before the downs run again, of which it can be read; whoever else writes waits until the end. */
export async function rememberRows(
  client: pg.ClientBase,
  rewritten: readonly Rewritten[],
  since: string | null,
): Promise<Rewritten[]> {
  const readables: Rewritten[] = []
  for (const one of rewritten) {
    const kept = await readable(client, () => rememberOne(client, readables.length, one, since))
    if (kept) readables.push(one)
  }
  return readables
}

async function rememberOne(
  client: pg.ClientBase,
  at: number,
  { kept, key, keys }: Rewritten,
  since: string | null,
): Promise<true> {
  // A column each: out of an array every value would be looked for anew, and wide tables take minutes.
  const columns = ['key text', 'since boolean', ...kept.columns.map((_, n) => `v${n} text`)]
  await client.query(`create temp table ${remembered(at)} (${columns.join(', ')}) on commit drop`)
  await client.query(`lock table only ${kept.table.is} in access exclusive mode`)
  const values = [keyText(key, 'is'), since ?? 'false', ...kept.columns.map((column) => textIn(column, 'is'))]
  const rows = `select ${values.join(', ')} from only ${kept.table.is} where ${keyText(key, 'is')} = any ($1::text[])`
  await inPlainWords(client, () => client.query(`insert into pg_temp.${remembered(at)} ${rows}`, [keys]))
  return true
}

function remembered(at: number): string {
  return `belay_over_${at}`
}

/** Column by column, when the downs have run again. */
export async function overwrittenIn(client: pg.ClientBase, rewritten: readonly Rewritten[]): Promise<Overwritten[]> {
  const found: Overwritten[] = []
  for (const [at, one] of rewritten.entries()) {
    found.push(...(await overwrittenOf(client, at, one)))
    await client.query(`drop table pg_temp.${remembered(at)}`)
  }
  return found
}

/**
 * A condition over a row's `xmin`, as SQL, for the transaction that is open; null: some of these migrations (oldest
 * first) were applied when that was not noted yet, or a whole turn of transactions ago.
 */
export async function sinceApplied(
  client: pg.ClientBase,
  notes: readonly (MigrationNote | null)[],
): Promise<string | null> {
  const seen = notes.map((note) => note?.since)
  const [oldest] = seen
  if (oldest === undefined || seen.includes(undefined)) return null
  const { rows } = await client.query<{ next: string }>('select pg_snapshot_xmax(pg_current_snapshot())::text as next')
  const written = writtenSince(oldest.from, rows[0]?.next ?? '0')
  return (
    written &&
    writtenAfter(
      written,
      seen.flatMap((one) => one?.own ?? []),
    )
  )
}

async function overwrittenOf(
  client: pg.ClientBase,
  at: number,
  { kept, key, keys, inserted, how }: Rewritten,
): Promise<Overwritten[]> {
  const differs = (n: number) => `was.v${n} is distinct from now.v${n}`
  const counts = kept.columns.flatMap((_, n) => [
    `count(*) filter (where ${differs(n)}) as n${n}`,
    `count(*) filter (where was.since and ${differs(n)}) as s${n}`,
  ])
  const now = [`${keyText(key, 'was')} as key`, ...kept.columns.map((column, n) => `${textIn(column, 'was')} as v${n}`)]
  const { rows } = await inPlainWords(client, () =>
    client.query<Record<string, string>>(
      `select ${['count(*) as there', ...counts].join(', ')} from pg_temp.${remembered(at)} was
       join (select ${now.join(', ')} from only ${kept.table.was}) now using (key)`,
    ),
  )
  const [counted = {}] = rows
  const nameOf = (column: string) => shortName(`${kept.table.is}.${column}`)
  // Written by the downs, under a key that was not there, and not put in by them.
  const moved = keys.length - Number(counted.there) - inserted
  const [only] = key
  const object = key.length === 1 && only ? nameOf(only.is) : `${shortName(kept.table.is)} (its key)`
  return [
    ...(moved > 0 ? [{ object, rows: moved, since: 0, how }] : []),
    ...kept.columns.flatMap((column, n): Overwritten[] => {
      const rows = Number(counted[`n${n}`])
      return rows === 0 ? [] : [{ object: nameOf(column.is), rows, since: Number(counted[`s${n}`]), how }]
    }),
  ]
}

/** The primary key as it is when the downs have run, where all its columns were there all along; null: it has none. */
export async function keyOf(client: pg.ClientBase, { table, columns }: Kept): Promise<KeptColumn[] | null> {
  const { rows } = await client.query<{ name: string }>(
    `select quote_ident(attname) as name from pg_index
     join pg_attribute on attrelid = indrelid and attnum = any (indkey) where indrelid = $1::regclass and indisprimary order by attnum`,
    [table.was],
  )
  const key = rows.flatMap(({ name }) => columns.find(({ was }) => was === name) ?? [])
  return rows.length > 0 && key.length === rows.length ? key : null
}

/** Rows that this transaction has written have its number or a later one: nobody else's can be that young and be seen. */
async function keysWritten(client: pg.ClientBase, { table }: Kept, key: readonly KeptColumn[]): Promise<string[]> {
  const { rows } = await inPlainWords(client, () =>
    client.query<{ key: string }>(
      `select ${keyText(key, 'was')} as key from only ${table.was} where age(xmin) <= 0 limit ${mostRewritten + 1}`,
    ),
  )
  return rows.map((row) => row.key)
}

export function keyText(key: readonly KeptColumn[], when: 'was' | 'is'): string {
  return `row(${key.map((column) => valueIn(column, when)).join(', ')})::text`
}

function textIn(column: KeptColumn, when: 'was' | 'is'): string {
  return `${valueIn(column, when)}::text collate "C"`
}
