/**
 * Before Postgres 16 a view of one relation is printed with that relation's name before each of its columns, since then
 * without: the same view must read the same. `definition` as an older server prints it; answers what a newer one would.
 * In queries within the view, and where several relations are read, both print the names.
 */
export function asPostgres16Prints(definition: string): string {
  const tokens = tokensOf(definition)
  const relation = onlyRelation(tokens)
  if (relation === null) return definition
  const isPrefix = (at: number) =>
    tokens[at]?.clause !== 'from' &&
    tokens[at]?.text === relation &&
    tokens[at]?.own === true &&
    tokens[at + 1]?.text === '.' &&
    tokens[at + 2]?.text !== '*' &&
    tokens[at - 1]?.text !== '.'
  return tokens.flatMap(({ text }, at) => (isPrefix(at) || isPrefix(at - 1) ? [] : [text])).join('')
}

/** `own`: of the view's own query, not of one within it. `depth`: parentheses around it. */
type Token = { text: string; own: boolean; depth: number; clause: string }

function tokensOf(definition: string): Token[] {
  const tokens: Token[] = []
  const within: boolean[] = []
  let clause = ''
  for (const { 0: text, index } of definition.matchAll(parts)) {
    if (text === ')') within.pop()
    const own = !within.includes(true)
    if (within.length === 0 && clauses.test(text)) clause = text.trim().toLowerCase()
    tokens.push({ text, own, depth: within.length, clause })
    if (text === '(') within.push(/^\(\s*(select|with|values)\b/i.test(definition.slice(index, index + 200)))
  }
  return tokens
}

/** As the columns name it; null: several, or none. Joins and what they join are printed in parentheses. */
function onlyRelation(tokens: readonly Token[]): string | null {
  if (tokens.some(({ clause }) => combined.has(clause))) return null
  const from = tokens.filter(({ clause, depth }) => clause === 'from' && depth === 0).slice(1)
  const sample = from.findIndex(({ text }) => text === 'TABLESAMPLE')
  const item = sample < 0 ? from : from.slice(0, sample)
  if (item.some(({ text }) => text === ',')) return null
  const names = item.filter(({ text }) => /^["\p{L}_]/u.test(text))
  const name = names.at(-1)?.text ?? null
  return name === 'XMLTABLE' ? '"xmltable"' : name
}

const combined = new Set(['union', 'intersect', 'except'])

const clauses = /^\s*(select|from|where|group|having|window|union|intersect|except|order|limit|offset|fetch|for)$/i

const parts = /'(?:[^']|'')*'|"(?:[^"]|"")*"|[\p{L}_][\p{L}\p{N}_$]*|[\s\S]/gu
