import { namesInShort } from '../in-short.ts'

/** What a table held; `hashes`: of its rows, with how many of each; null: too many. `unseen`: it could not be read, or not in time. */
export type RowsSeen = { count: number; hashes: ReadonlyMap<string, number> | null } | 'unseen'

/** What a down did to the rows of tables that stay, found out after it ran: a line a table, then the tables not looked at. */
export function rowsTaken(
  migration: string,
  tables: readonly { table: string; was: RowsSeen; is: RowsSeen }[],
  most: { inOne: number; inAll: number },
): string[] {
  const lines: string[] = []
  const [counted, unseen]: [string[], string[]] = [[], []]
  for (const { table, was, is } of tables) {
    if (was === 'unseen' || is === 'unseen') {
      unseen.push(table)
      continue
    }
    if (was.hashes === null || is.hashes === null) counted.push(table)
    const line = takenWords(table, between(was, is))
    if (line !== null) lines.push(`${migration}: ${line}`)
  }
  if (counted.length > 0) {
    const many = `more than ${most.inOne} rows in one or ${most.inAll} in all`
    lines.push(`${migration}: only counted, for ${many}: ${shown(counted)}`)
  }
  if (unseen.length > 0) lines.push(`${migration}: what its down did to their rows was not looked at: ${shown(unseen)}`)
  return lines
}

type Between = { gone: number; other: number }

/** One row gone and one new in its place is told as one row with other values. */
function between(was: Exclude<RowsSeen, 'unseen'>, is: Exclude<RowsSeen, 'unseen'>): Between {
  if (was.hashes === null || is.hashes === null) return { gone: Math.max(0, was.count - is.count), other: 0 }
  const [missing, added] = [lacking(was.hashes, is.hashes), lacking(is.hashes, was.hashes)]
  const other = Math.min(missing, added)
  return { gone: missing - other, other }
}

function lacking(all: ReadonlyMap<string, number>, there: ReadonlyMap<string, number>): number {
  return [...all].reduce((sum, [hash, n]) => sum + Math.max(0, n - (there.get(hash) ?? 0)), 0)
}

/** Old code may serve already, and nobody can tell its writes from those of a process that is not ours. */
const who = 'its down, or who wrote meanwhile,'

function takenWords(table: string, { gone, other }: Between): string | null {
  const took = `took away ${rows(gone)} of ${table} that ${gone === 1 ? 'was' : 'were'} there before`
  const them = gone + other === 1 || (gone === 1 && other === 1) ? 'it' : 'them'
  const tail = `; nobody could count ${them} beforehand`
  if (gone > 0 && other > 0) return `${who} ${took}, and gave ${rows(other)} other values${tail}`
  if (gone > 0) return `${who} ${took}${tail}`
  return other > 0 ? `${who} gave ${rows(other)} of ${table} other values${tail}` : null
}

function rows(n: number): string {
  return n === 1 ? '1 row' : `${n} rows`
}

function shown(names: readonly string[]): string {
  return namesInShort(names, 20)
}

/** `known`: the catalogs before and after the migration are kept on this host. */
export function downBegunBefore(migration: string, known: boolean): string {
  return known
    ? `${migration}: its down was begun before, so what that took away was not looked at`
    : `${migration}: how the schema was around it is not known here, so what its down did to rows was not looked at`
}
