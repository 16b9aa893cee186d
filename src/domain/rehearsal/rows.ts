import { shortName } from '../catalog/catalog.ts'
import { counted } from '../counted.ts'

/** What a table holds, as sums of hashes: the same rows give the same digest in whatever order they lie. Names are SQL. */
export type TableDigest = {
  table: string
  relation: number
  rows: number
  /** Over whole rows: sees values that changed places between rows. */
  whole: string
  columns: readonly ColumnDigest[]
}

/** `values`: those that are not NULL. */
export type ColumnDigest = { column: string; position: number; type: string; values: number; hash: string }

/** `object`: the table or column, as SQL. */
export type Lost = { object: string; words: string }

export type RowFindings = {
  /** What the up itself destroyed and going back does not bring back. */
  lost: readonly Lost[]
  /** What was there, was left alone by the up, and is not there any more after the way back. */
  damaged: readonly string[]
  /** Tables (`public.users`) and columns (`public.users.email`) that held something and hold it again. */
  proven: ReadonlySet<string>
}

/**
 * What became of rows on the way forth and back. `seeded` are existing tables without rows that got some after the up: the
 * way back must leave their number and their values; which values, only a down that carries them over can say.
 */
export function judgeRows(seen: {
  before: readonly TableDigest[]
  up: readonly TableDigest[]
  seeded: readonly TableDigest[]
  down: readonly TableDigest[]
}): RowFindings {
  const findings: Found = { lost: [], damaged: [], proven: new Set() }
  for (const was of seen.before) {
    const up = seen.up.find((table) => table.relation === was.relation)
    judgeTable({ was, up, is: named(seen.down, was.table) }, findings)
  }
  for (const was of seen.seeded) judgeSeeded(was, named(seen.down, was.table), findings.damaged)
  return findings
}

/** The same rows in both, whatever they are called by now. */
export function sameRows(a: readonly TableDigest[], b: readonly TableDigest[]): boolean {
  const [left, right] = [a, b].map((tables) =>
    tables
      .filter((table) => table.rows > 0)
      .map(({ table, rows, whole }) => `${table} ${rows} ${whole}`)
      .sort()
      .join('\n'),
  )
  return left === right
}

type Fate = { was: TableDigest; up: TableDigest | undefined; is: TableDigest | undefined }
type Found = { lost: Lost[]; damaged: string[]; proven: Set<string> }

function judgeTable({ was, up, is }: Fate, found: Found): void {
  const byUp = up === undefined || up.rows !== was.rows
  const rows = is?.rows ?? 0
  if (rows !== was.rows || is === undefined) {
    tell(found, byUp, was.table, `${counted(was.rows, 'row')} before, ${rows} after going back`)
    return
  }
  const other = was.columns.filter((column) => {
    const now = is.columns.find((candidate) => candidate.column === column.column)
    if (now?.hash === column.hash && column.values > 0) found.proven.add(`${was.table}.${column.column}`)
    return now?.hash !== column.hash
  })
  for (const column of other) {
    const what = `${counted(column.values, 'value')} before, not the same after going back`
    tell(found, byUp || changed(column, up), `${was.table}.${column.column}`, what)
  }
  if (other.length > 0) return
  if (is.whole === was.whole) found.proven.add(was.table)
  else tell(found, up?.whole !== was.whole, was.table, 'values stand in other rows than before')
}

function tell({ lost, damaged }: Found, byUp: boolean, object: string, what: string): void {
  const words = `${shortName(object)}: ${what}`
  if (byUp) lost.push({ object, words })
  else damaged.push(words)
}

/** A column the up dropped, retyped or wrote to. */
function changed(was: ColumnDigest, up: TableDigest): boolean {
  const is = up.columns.find((column) => column.position === was.position)
  return is?.type !== was.type || is.hash !== was.hash
}

function judgeSeeded(was: TableDigest, is: TableDigest | undefined, damaged: string[]): void {
  const table = shortName(was.table)
  const rows = is?.rows ?? 0
  if (rows < was.rows) damaged.push(`${table}: ${counted(was.rows, 'row')} written since, ${rows} after going back`)
  if (rows < was.rows || !is) return
  for (const { column, values } of was.columns) {
    const now = is.columns.find((candidate) => candidate.column === column)
    if (now && now.values < values)
      damaged.push(`${table}.${column}: ${counted(values, 'value')} written since, ${now.values} after going back`)
  }
}

/** How many rows each table has after the first way forth and after the second: data put in twice is data that differs. */
export function rowCountDifferences(first: readonly TableDigest[], second: readonly TableDigest[]): string[] {
  const tables = [...new Set([...first, ...second].map(({ table }) => table))].sort()
  return tables.flatMap((table) => {
    const [was, is] = [named(first, table)?.rows ?? 0, named(second, table)?.rows ?? 0]
    return was === is ? [] : [`${shortName(table)}: ${counted(was, 'row')} after the first up, ${is} after the second`]
  })
}

function named(tables: readonly TableDigest[], table: string): TableDigest | undefined {
  return tables.find((candidate) => candidate.table === table)
}
