import { type PlacedStatement, placedStatements } from '../tools/sql-statements.ts'
import type { Act } from './act.ts'
import { shortSqlName, sqlName } from './sql-name.ts'
import { tableActs } from './table-acts.ts'

/** What the statements of an SQL text do, as far as it can be read; `firstLine`: of the text in its file. */
export function sqlActs(sql: string, firstLine: number): Act[] {
  return placedStatements(sql).flatMap((statement) => {
    const placed = { ...statement, line: firstLine + statement.line - 1 }
    return isBlock(statement) ? blockActs(placed) : statementActs(placed)
  })
}

/** `do $$ ... $$` runs what stands in it; the body of a function does not run yet. */
function isBlock({ bare }: PlacedStatement): boolean {
  return /^do\b/i.test(bare)
}

function blockActs({ raw, line }: PlacedStatement): Act[] {
  const [, before = '', , body = ''] = /^([\s\S]*?(\$[^$]*\$))([\s\S]*)\2/.exec(raw) ?? []
  const firstLine = line + before.split('\n').length - 1
  return placedStatements(body).flatMap((inner) => {
    const words = /^[\s\S]*\b(?:begin|then|else|loop)\b\s*/i.exec(inner.bare)?.[0] ?? ''
    const led = words.split('\n').length - 1
    return statementActs({ ...inner, bare: inner.bare.slice(words.length), line: firstLine + inner.line - 1 + led })
  })
}

function statementActs({ bare, line }: Pick<PlacedStatement, 'bare' | 'line'>): Act[] {
  const altered = tableActs(bare, line)
  if (altered !== null) return altered
  const within = /^with\b/i.test(bare) ? actsWithin(bare) : []
  const found = within.length > 0 ? within : actsOf(bare)
  return found.map((one) => ({ column: null, detail: null, ...one, line }))
}

function actsOf(bare: string): Unplaced[] {
  for (const [pattern, act] of patterns) {
    const found = pattern.exec(bare)
    if (found) return act(found)
  }
  return []
}

/** A query may hold several statements that write, each in its parentheses, and end on one. */
function actsWithin(bare: string): Unplaced[] {
  return [...bare.matchAll(/(?:\(|\))\s*(?=(?:delete\s+from|update|insert\s+into|merge\s+into)\b)/gi)].flatMap(
    ({ 0: opening, index }) => actsOf(upToItsEnd(bare.slice(index + opening.length))),
  )
}

/** Up to the parenthesis that closes what was opened before. */
function upToItsEnd(text: string): string {
  let depth = 0
  for (const [at, character] of [...text].entries()) {
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (depth < 0) return text.slice(0, at)
  }
  return text
}

type Unplaced = Pick<Act, 'does' | 'of'> & Partial<Pick<Act, 'column' | 'detail'>>

const only = String.raw`(?:only\s+)?`
const kinds = 'table|foreign\\s+table|schema|type|domain|sequence|database|extension'

const patterns: readonly (readonly [RegExp, (found: RegExpExecArray) => Unplaced[]])[] = [
  [
    new RegExp(String.raw`^drop\s+(${kinds})\s+(?:if\s+exists\s+)?([\s\S]+?)(?:\s+(?:cascade|restrict))?\s*$`, 'i'),
    ([, kind = '', names = '']) =>
      names.split(',').map((one) => ({ does: 'drop', of: shortSqlName(one), detail: spaced(kind) })),
  ],
  [
    new RegExp(
      String.raw`^create\s+(?:(?:global|local|temporary|temp|unlogged|or\s+replace)\s+)*(${kinds})\s+(?:if\s+not\s+exists\s+)?(${sqlName})`,
      'i',
    ),
    ([, kind = '', of = '']) => [{ does: 'create', of: shortSqlName(of), detail: spaced(kind) }],
  ],
  [
    new RegExp(
      String.raw`^truncate\s+(?:table\s+)?${only}([^;]+?)(?:\s+(?:restart|continue|cascade|restrict)\b.*)?$`,
      'is',
    ),
    ([, names = '']) => names.split(',').map((one) => ({ does: 'truncate', of: shortSqlName(one) })),
  ],
  [
    new RegExp(`\\bdelete\\s+from\\s+${only}(${sqlName})`, 'i'),
    ([, of = '']) => [{ does: 'delete', of: shortSqlName(of) }],
  ],
  [
    // Not the `do update` of an insert, nor the `for update` of a query.
    new RegExp(`^(?:with\\b[\\s\\S]*\\)\\s*)?update\\s+${only}(${sqlName})\\s[\\s\\S]*?\\bset\\b([\\s\\S]*)`, 'i'),
    ([, of = '', set = '']) => updates(of, set),
  ],
  [
    new RegExp(`^insert\\s+into\\s+(${sqlName})(?:[\\s\\S]*\\bdo\\s+update\\s+set\\b([\\s\\S]*))?`, 'i'),
    ([, of = '', set]) => [{ does: 'insert', of: shortSqlName(of) }, ...(set === undefined ? [] : updates(of, set))],
  ],
  [
    new RegExp(`^merge\\s+into\\s+${only}(${sqlName})([\\s\\S]*)`, 'i'),
    ([, of = '', rest = '']) => [
      ...(/\bthen\s+delete\b/i.test(rest) ? [{ does: 'delete' as const, of: shortSqlName(of) }] : []),
      ...[...rest.matchAll(/\bthen\s+update\s+set\b([\s\S]*?)(?=\bwhen\b|$)/gi)].flatMap(([, set = '']) =>
        updates(of, set),
      ),
    ],
  ],
]

function updates(of: string, set: string): Unplaced[] {
  return columnsSet(set).map((column) => ({ does: 'update', of: shortSqlName(of), column }))
}

/** `a = 1, (b, c) = (select ...)`: a, b, c; but not what is filled only where it is NULL. */
function columnsSet(set: string): string[] {
  const [assigned = '', ...rest] = set.split(/\b(?:from|where|returning)\b/i)
  const columns = [...assigned.matchAll(/(?:^|,)\s*(?:\(([^)]*)\)|("[^"]+"|[A-Za-z_]\w*))\s*=(?!=)/g)].flatMap(
    ([, several, one]) => (several ?? one ?? '').split(',').map(shortSqlName),
  )
  const filled = rest.flatMap((part) => [...part.matchAll(/("[^"]+"|[A-Za-z_]\w*)\s+is\s+null\b/gi)])
  const empty = new Set(filled.map(([, column = '']) => shortSqlName(column)))
  return columns.length > 0 ? columns.filter((column) => !empty.has(column)) : ['?']
}

function spaced(words: string): string {
  return words.toLowerCase().replace(/\s+/g, ' ')
}
