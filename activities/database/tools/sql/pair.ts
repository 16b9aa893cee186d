import { parse } from 'smol-toml'
import { sha256 } from '../migration-directory.ts'
import { noWayBackIn } from '../no-way-back.ts'
import { bareStatement, controlsTransaction, destroysIn, splitStatements } from '../sql-statements.ts'
import type { MigrationFile } from '../tool.ts'
import { type Layout, layouts } from './layouts.ts'

/** The files of one migration, each with its path below the directory. */
export type Pair = { name: string; layout: Layout; up?: Text; down?: Text; metadata?: Text }

type Text = { path: string; text: string }

export function pairsIn(texts: ReadonlyMap<string, string>): Pair[] {
  const pairs = new Map<string, Pair>()
  for (const [path, text] of texts) {
    for (const layout of layouts) {
      const found = layout.partOf(path)
      if (found === null) continue
      const pair = pairs.get(found.name) ?? { name: found.name, layout }
      // Editors of another system begin a file with a mark that is no SQL.
      pairs.set(found.name, { ...pair, [found.part]: { path, text: text.replace(/^\uFEFF/, '') } })
    }
  }
  return [...pairs.values()]
}

export function fileOf(pair: Pair): MigrationFile {
  const { name, up, down, metadata } = pair
  const [ups, downs] = [splitStatements(up?.text ?? ''), splitStatements(down?.text ?? '')]
  const told = metadata ? outsideByMetadata(metadata) : false
  return {
    name,
    sha256: sha256(
      ...ups.map(bareStatement),
      '--',
      ...downs.map(bareStatement),
      ...(told === true ? ['-- outside'] : []),
    ),
    bytes: sha256(up?.text ?? '', '--', down?.text ?? '', ...(metadata ? ['--', metadata.text] : [])),
    noWayBack: noWayBackIn(down?.text ?? up?.text ?? ''),
    sections: [
      { way: 'up' as const, file: up?.path ?? `${name}.up.sql`, firstLine: 1, sql: up?.text ?? '' },
      ...(down ? [{ way: 'down' as const, file: down.path, firstLine: 1, sql: down.text }] : []),
    ],
    wayBack: down === undefined ? 'missing' : downs.length === 0 ? 'empty' : 'there',
    destroys: destroysIn(ups),
    problem: problemOf(pair, [...ups, ...downs], told),
    up: told === true || isOutside(up) ? 'own' : 'ours',
    down: told === true || isOutside(down) ? 'own' : 'ours',
    resumes: true,
  }
}

function problemOf(
  { up, down, metadata }: Pair,
  statements: readonly string[],
  told: boolean | 'unreadable',
): string | null {
  if (up === undefined) return `there is ${down?.path ?? metadata?.path ?? 'a part of it'}, but no up beside it`
  if (told === 'unreadable') return `${metadata?.path}: expected TOML with run_in_transaction = true or false`
  const foreign = [up, down].find((file) => file && splitStatements(file.text).some(isNoUtf8))
  if (foreign)
    return `${foreign.path}: expected UTF-8, got other bytes, which would be written as �; save the file as UTF-8`
  const meta = statements.find((statement) => statement.startsWith('\\'))
  if (meta !== undefined)
    return `${firstLine(meta)}: expected SQL, got a command of psql, which no server knows; write it as SQL, or run the file with tool: commands`
  const sent = statements.find(isFedByPsql)
  if (sent !== undefined)
    return `${firstLine(sent)}: expected SQL, got rows that only psql sends; write them as insert, or run the file with tool: commands`
  const control = statements.find(controlsTransaction)
  return control === undefined
    ? null
    : `${control.slice(0, 40)}: expected no transaction control, Belay sees to it; for statements that need none begin the file with "-- belay: no transaction"`
}

/** What decoding leaves in place of a byte that is not UTF-8. */
function isNoUtf8(statement: string): boolean {
  return statement.includes('\uFFFD')
}

/** Its rows stand in the file, and are no statements. */
function isFedByPsql(statement: string): boolean {
  return /^copy\s[^']*\bfrom\s+stdin\b/i.test(statement)
}

function firstLine(statement: string): string {
  return statement.slice(0, 40).split('\n')[0] ?? ''
}

/** Diesel's way to say that a migration must not run in a transaction. */
function outsideByMetadata({ text }: Text): boolean | 'unreadable' {
  try {
    const { run_in_transaction: inside = true } = parse(text)
    return typeof inside === 'boolean' ? !inside : 'unreadable'
  } catch {
    return 'unreadable'
  }
}

/** First line of a file whose statements must run one by one, outside a transaction (`create index concurrently`). */
function isOutside(file: Text | undefined): boolean {
  return /^\s*--\s*belay:\s*no transaction\s*$/.test(file?.text.split('\n')[0] ?? '')
}
