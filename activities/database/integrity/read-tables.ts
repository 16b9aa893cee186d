import type { IntegrityLevel } from '../../../src/domain/integrity/integrity.ts'
import { words } from '../../../src/domain/reason.ts'
import type { KeptTable } from './kept.ts'
import { logLine, type Tell } from './progress.ts'
import {
  countRows,
  type KeyedRow,
  keyedRows,
  mostKeyedRows,
  settledWriters,
  sumRows,
  type Written,
} from './row-hash.ts'
import type { Reading } from './snapshot-read.ts'
import { type TableShape, tableShapes } from './table-shapes.ts'

/** Of these tables all that the level asks for. One that cannot be read whole, or not in time, says so. */
export async function readTables(
  reading: Reading,
  names: readonly string[],
  { level, written, tell }: { level: IntegrityLevel; written: Written; tell: Tell },
): Promise<KeptTable[]> {
  const tables: KeptTable[] = []
  const shapes = await tableShapes(reading.client, names)
  for (const [at, shape] of shapes.entries()) {
    const table = await timed(
      `${level === 'exact' ? 'hashing' : 'counting'} ${shape.name} (${at + 1} of ${shapes.length})`,
      tell,
      () => readTable(reading, shape, level, written),
    )
    tables.push(table)
  }
  return tables
}

async function readTable(
  reading: Reading,
  shape: TableShape,
  level: IntegrityLevel,
  written: Written,
): Promise<KeptTable> {
  const none = { ...shape, rows: 0, all: null, old: null, settled: null, keyed: null, unread: null }
  if (level === 'fast') {
    const rows = await reading.attempt(() => countRows(reading, shape))
    return typeof rows === 'number' ? { ...none, rows } : { ...none, unread: `not counted before: ${rows.failed}` }
  }
  if (reading.serverVersion < firstWithRecordHash) return { ...none, unread: `not hashed before: ${tooOld}` }
  const read = await reading.attempt(async () => {
    const settled = await settledWriters(reading, shape, written)
    // Where they are known, every row that can be seen is old.
    const young = settled === null ? written : 'false'
    return { settled, young, ...(await sumRows(reading, shape, shape.columns, young)) }
  })
  if ('failed' in read) return { ...none, unread: `not hashed before: ${read.failed}` }
  const { all, old, settled, young } = read
  return { ...none, rows: all.rows, all: all.hash, old, settled, keyed: await keyedOf(reading, shape, all.rows, young) }
}

async function keyedOf(
  reading: Reading,
  shape: TableShape,
  rows: number,
  written: Written,
): Promise<KeptTable['keyed']> {
  const { key, columns } = shape
  if (key === null || rows > mostKeyedRows) return null
  const found = await reading.attempt(() => keyedRows(reading, shape, { columns, key, written }))
  if ('failed' in found) return null
  const joined = (part: (row: KeyedRow) => string) => found.map(part).join(' ')
  return { keys: joined(({ key: hash }) => hash), rows: joined(({ row }) => row) }
}

/** hash_record_extended is there from this version on. */
const firstWithRecordHash = 140_000
const tooOld = 'rows are hashed by PostgreSQL 14 and later'

/** Whoever waits for a large table reads which one, and afterwards how long it took. */
export async function timed<T>(what: string, tell: Tell, work: () => Promise<T>): Promise<T> {
  tell(what)
  const begun = performance.now()
  const result = await work()
  const tookMs = performance.now() - begun
  if (tookMs > longMs) logLine(`integrity: ${what}: took ${words(tookMs)}`)
  return result
}

/** What is over at once needs no line. */
const longMs = 2_000
