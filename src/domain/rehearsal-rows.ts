import { shortName } from './catalog.ts'

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

export type RowFindings = {
  /** What the up itself destroyed and going back does not bring back. */
  lost: readonly string[]
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
  const findings = { lost: [] as string[], damaged: [] as string[], proven: new Set<string>() }
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
type Found = { lost: string[]; damaged: string[]; proven: Set<string> }

function judgeTable({ was, up, is }: Fate, { lost, damaged, proven }: Found): void {
  const byUp = up === undefined || up.rows !== was.rows
  const rows = is?.rows ?? 0
  if (rows !== was.rows || is === undefined) {
    const words = `${shortName(was.table)}: ${was.rows} rows before, ${rows} after going back`
    ;(byUp ? lost : damaged).push(words)
    return
  }
  let same = true
  for (const column of was.columns) {
    const now = is.columns.find((candidate) => candidate.column === column.column)
    const name = `${was.table}.${column.column}`
    if (now?.hash === column.hash) {
      if (column.values > 0) proven.add(name)
      continue
    }
    same = false
    const words = `${shortName(name)}: ${column.values} values before, not the same after going back`
    ;(byUp || changed(column, up) ? lost : damaged).push(words)
  }
  if (!same) return
  proven.add(was.table)
  if (is.whole === was.whole) return
  proven.delete(was.table)
  ;(up?.whole === was.whole ? damaged : lost).push(`${shortName(was.table)}: values stand in other rows than before`)
}

/** A column the up dropped, retyped or wrote to. */
function changed(was: ColumnDigest, up: TableDigest): boolean {
  const is = up.columns.find((column) => column.position === was.position)
  return is?.type !== was.type || is.hash !== was.hash
}

function judgeSeeded(was: TableDigest, is: TableDigest | undefined, damaged: string[]): void {
  const table = shortName(was.table)
  const rows = is?.rows ?? 0
  if (rows < was.rows) damaged.push(`${table}: ${was.rows} rows written since, ${rows} after going back`)
  if (rows < was.rows || !is) return
  for (const { column, values } of was.columns) {
    const now = is.columns.find((candidate) => candidate.column === column)
    if (now && now.values < values)
      damaged.push(`${table}.${column}: ${values} values written since, ${now.values} after going back`)
  }
}

function named(tables: readonly TableDigest[], table: string): TableDigest | undefined {
  return tables.find((candidate) => candidate.table === table)
}
