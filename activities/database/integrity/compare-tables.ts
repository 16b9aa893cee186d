import type { IntegrityLevel, IntegrityResult } from '../../../src/domain/integrity/integrity.ts'
import { writtenAfter, writtenSince } from '../../../src/domain/integrity/row-age.ts'
import { judgeCounts, judgeRows, type TableRows } from '../../../src/domain/integrity/rows.ts'
import type { KeptIntegrity, KeptTable } from './kept.ts'
import { keyedDifference } from './keyed-difference.ts'
import type { Tell } from './progress.ts'
import { timed } from './read-tables.ts'
import { countRows, sumRows } from './row-hash.ts'
import type { Reading } from './snapshot-read.ts'
import { type TableShape, tableShapes } from './table-shapes.ts'

type How = { level: IntegrityLevel; schemaKept: boolean; tell: Tell }

/** Every table that was read before, as it is now. */
export async function compareTables(reading: Reading, kept: KeptIntegrity, how: How): Promise<IntegrityResult[]> {
  const names = kept.tables.map(({ name }) => name)
  const shapes = new Map((await tableShapes(reading.client, names)).map((shape) => [shape.name, shape]))
  const results: IntegrityResult[] = []
  for (const [at, was] of kept.tables.entries()) {
    const shape = shapes.get(was.name)
    const what = `comparing ${was.name} (${at + 1} of ${names.length})`
    results.push(await timed(what, how.tell, () => compareTable(reading, { was, shape, kept, how })))
  }
  return results
}

type Compared = { was: KeptTable; shape: TableShape | undefined; kept: KeptIntegrity; how: How }

async function compareTable(reading: Reading, { was, shape, kept, how }: Compared): Promise<IntegrityResult> {
  const open = (got: string): IntegrityResult => ({
    name: was.name,
    verdict: 'inconclusive',
    expected: 'its rows as before',
    got,
  })
  if (was.unread !== null) return open(was.unread)
  if (!shape) return open(`not there any more; it had ${was.rows} rows`)
  if (how.level === 'fast') {
    const rows = await reading.attempt(() => countRows(reading, shape))
    return typeof rows === 'number' ? judgeCounts(was, rowsNow(shape, rows)) : open(`not counted: ${rows.failed}`)
  }
  const missing = was.columns.filter(
    ({ name, type }) => !shape.columns.some((is) => is.name === name && is.type === type),
  )
  if (missing.length > 0) return open(`not compared: ${columnWords(missing)} of before not there as it was`)
  if (majorOf(kept.serverVersion) !== majorOf(reading.serverVersion))
    return open('not compared: the server is of another version now')
  const judged = await reading.attempt(() => judgeHashed(reading, { was, shape, kept, how }))
  return 'failed' in judged ? open(`not hashed: ${judged.failed}`) : judged
}

/** Only columns that were there before, under whatever name they have now. */
async function judgeHashed(
  reading: Reading,
  { was, shape, kept, how }: Compared & { shape: TableShape },
): Promise<IntegrityResult> {
  const window = writtenSince(kept.snapshot.xmin, reading.snapshot.xmax)
  const written = window === null ? 'true' : writtenAfter(window, was.settled ?? [])
  const { all, old } = await sumRows(reading, shape, was.columns, written)
  const now: TableRows = { ...rowsNow(shape, all.rows), all: all.hash, old: window === null ? null : old }
  const same = was.rows === now.rows && was.all === now.all
  const difference = same ? null : await keyedDifference(reading, { was, shape, written })
  return judgeRows(was, now, { difference, schemaKept: how.schemaKept })
}

function rowsNow({ name, relation, storage }: TableShape, rows: number): TableRows {
  return { name, relation, storage, rows, all: null, old: null }
}

function columnWords(columns: readonly { name: string }[]): string {
  const names = columns.map(({ name }) => name).join(', ')
  return columns.length === 1 ? `column ${names}` : `columns ${names}`
}

function majorOf(serverVersion: number): number {
  return Math.floor(serverVersion / 10_000)
}
