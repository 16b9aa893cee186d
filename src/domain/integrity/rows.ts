import type { IntegrityResult } from './integrity.ts'

/** Sum of 64 bit hashes, as text: whatever order the rows come in. */
export type RowSum = { rows: number; hash: string }

/** A table's rows at one moment. `relation` and `storage` (OID, file) tell a table that was made or written anew. */
export type TableRows = {
  name: string
  relation: number
  storage: number | null
  rows: number
  /** Of all rows; null: counted only. */
  all: string | null
  /** Of the rows that nobody has written since the transactions that ran at the restore point; null: cannot be told. */
  old: RowSum | null
}

/** Row by row, of the rows there were at the restore point, by primary key. */
export type RowDifference = {
  /** Hold other values, and were written since. */
  changed: number
  /** Hold other values although nobody has written them since: only a change of the table does that. */
  changedUnwritten: number
  gone: number
  /** How many transactions wrote the changed ones last: one for thousands is no service at work. */
  writers: number
}

/**
 * What is known of a table's old rows at level `exact`. Equal hashes prove them. Other values in rows that nobody wrote
 * are damage for certain (a column dropped and added again with a default, a label renamed), and so is a table that was
 * made anew and holds none of them; unless a migration that stays applied did it. Rows that were written or deleted
 * since may be the service's own work: then the numbers are exact and the verdict is open.
 */
export function judgeRows(
  was: TableRows,
  now: TableRows,
  { difference, schemaKept }: { difference: RowDifference | null; schemaKept: boolean },
): IntegrityResult {
  const result = (verdict: IntegrityResult['verdict'], got: string): IntegrityResult => ({
    name: was.name,
    verdict: verdict === 'failed' && schemaKept ? 'inconclusive' : verdict,
    expected: `${was.rows} rows as before`,
    got: verdict === 'failed' && schemaKept ? `${got}; migrations that stay applied may have done it` : got,
  })
  if (was.all !== null && was.rows === now.rows && was.all === now.all) return result('passed', allOf(was.rows))
  if (difference) return result(...judgedByKey(was, now, difference))
  return result(...judgedBySum(was, now))
}

/** All that level `fast` knows. More rows are the service's; fewer may be. */
export function judgeCounts(was: TableRows, now: TableRows): IntegrityResult {
  const fewer = was.rows - now.rows
  const got = `${was.rows} rows before, ${now.rows} now`
  const expected = `at least ${was.rows} rows`
  if (fewer <= 0) return { name: was.name, verdict: 'passed', expected, got }
  const words = `${got}: ${fewer} fewer, deleted by the service or lost, which cannot be told`
  return { name: was.name, verdict: 'inconclusive', expected, got: words }
}

type Judged = [IntegrityResult['verdict'], string]

function judgedByKey(was: TableRows, now: TableRows, difference: RowDifference): Judged {
  const { changed, changedUnwritten, gone, writers } = difference
  const since = now.rows - (was.rows - gone)
  const rest = openWords(was, now, difference)
  if (changedUnwritten > 0) {
    const wrong = `${changedUnwritten} of ${was.rows} old rows hold other values, although nobody wrote them since`
    return ['failed', [wrong, changed + gone > 0 ? rest : ''].filter(Boolean).join('; ')]
  }
  if (changed === 0 && gone === 0) return ['passed', `${allOf(was.rows, 'old ')}, ${since} new`]
  if (gone === was.rows && was.relation !== now.relation) {
    return ['failed', `the table was made anew, and none of its ${was.rows} old rows is there`]
  }
  const who = changed > 0 ? ` (last written by ${writers === 1 ? '1 transaction' : `${writers} transactions`})` : ''
  return ['inconclusive', `${rest}${who}; by the service or by a migration, which cannot be told`]
}

function openWords(was: TableRows, now: TableRows, { changed, gone }: RowDifference): string {
  const parts = [changed > 0 ? `${changed} changed` : '', gone > 0 ? `${gone} gone` : ''].filter(Boolean)
  const anew = was.relation === now.relation && was.storage === now.storage ? '' : ', and the table was written anew'
  return `of ${was.rows} old rows ${parts.join(' and ')}${anew}`
}

function judgedBySum(was: TableRows, now: TableRows): Judged {
  const counts = `${was.rows} rows before, ${now.rows} now`
  if (!was.old || !now.old || now.old.rows > was.old.rows)
    return ['inconclusive', `which rows are old cannot be told: ${counts}`]
  const written = was.old.rows - now.old.rows
  if (written > 0) {
    return ['inconclusive', `cannot be told: ${counts}, ${written} old ones written or deleted since`]
  }
  if (was.old.hash !== now.old.hash) {
    return ['failed', `other values in ${was.old.rows} old rows, although nobody wrote them since`]
  }
  const young = was.rows - was.old.rows
  if (young > 0 && was.old.rows === 0)
    return ['inconclusive', `all ${was.rows} were just being written: ${counts}, not compared`]
  const left = young > 0 ? `; ${young} that were just being written not compared` : ''
  return ['passed', `${allOf(was.old.rows, 'old ')}, ${now.rows - was.old.rows} new${left}`]
}

function allOf(rows: number, old = ''): string {
  return rows === 1 ? `the one ${old}row as before` : `all ${rows} ${old}rows as before`
}
