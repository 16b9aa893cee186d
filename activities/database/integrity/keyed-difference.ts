import type { RowDifference } from '../../../src/domain/integrity/rows.ts'
import type { KeptTable } from './kept.ts'
import { type KeyedRow, keyedRows, mostKeyedRows, type Written } from './row-hash.ts'
import type { Reading } from './snapshot-read.ts'
import type { TableShape } from './table-shapes.ts'

/** Which old rows are gone or different, by primary key; null: they were not kept one by one, or are too many now. */
export async function keyedDifference(
  reading: Reading,
  { was, shape, written }: { was: KeptTable; shape: TableShape; written: Written },
): Promise<RowDifference | null> {
  const { keyed, key, columns } = was
  if (keyed === null || key === null) return null
  // Ten times as many are still read in seconds; beyond that the sum has to do.
  if ((await reading.client.query(tooMany(shape))).rows.length > 0) return null
  const now = await keyedRows(reading, shape, { columns, key, written })
  return differenceOf(oldRows(keyed), new Map(now.map((row) => [row.key, row])))
}

function tooMany({ name }: TableShape): string {
  return `select from ${name} offset ${mostKeyedRows * 10} limit 1`
}

function oldRows(keyed: { keys: string; rows: string }): [string, string][] {
  const hashes = keyed.rows.split(' ')
  return keyed.keys === '' ? [] : keyed.keys.split(' ').map((key, at) => [key, hashes[at] ?? ''])
}

function differenceOf(old: readonly [string, string][], now: ReadonlyMap<string, KeyedRow>): RowDifference {
  const writers = new Set<string>()
  const difference = { changed: 0, changedUnwritten: 0, gone: 0 }
  for (const [key, hash] of old) {
    const row = now.get(key)
    if (!row) difference.gone += 1
    else if (row.row === hash) continue
    else if (row.writer === null) difference.changedUnwritten += 1
    else {
      difference.changed += 1
      writers.add(row.writer)
    }
  }
  return { ...difference, writers: writers.size }
}
