import type { Act } from './act.ts'
import { shortSqlName, sqlName } from './sql-name.ts'

/** What an ALTER TABLE does, one act for each of its parts; null: it is another statement. `bare`: without comments and values. */
export function tableActs(bare: string, line: number): Act[] | null {
  const head = new RegExp(
    `^alter\\s+(?:foreign\\s+)?table\\s+(?:if\\s+exists\\s+)?(?:only\\s+)?(${sqlName})\\s*\\*?\\s*`,
    'i',
  ).exec(bare)
  if (!head) return null
  const of = shortSqlName(head[1] ?? '')
  return parts(bare, head[0].length).flatMap(({ text, at }) => {
    const act = partAct(text)
    return act === null ? [] : [{ column: null, detail: null, ...act, of, line: line + newlinesBefore(bare, at) }]
  })
}

type Part = Pick<Act, 'does'> & Partial<Pick<Act, 'column' | 'detail'>>

function partAct(part: string): Part | null {
  for (const [pattern, act] of patterns) {
    const found = pattern.exec(part)
    if (found) return act(found)
  }
  return null
}

const column = String.raw`(?:column\s+)?`
const word = `(${sqlName})`
const not = (words: string) => `(?!(?:${words})\\b)`

const patterns: readonly (readonly [RegExp, (found: RegExpExecArray) => Part])[] = [
  [
    new RegExp(`^drop\\s+${column}(?:if\\s+exists\\s+)?${not('constraint|column|if')}${word}`, 'i'),
    ([, name = '']) => ({ does: 'drop_column', column: shortSqlName(name) }),
  ],
  [
    /^add\s+(?:constraint\s+(?:"[^"]*"|\S+)\s+)?(unique|foreign\s+key|check|exclude|primary\s+key)\b/i,
    ([, kind = '']) => ({ does: 'constrain', detail: kind.toUpperCase().replace(/\s+/g, ' ') }),
  ],
  [
    new RegExp(
      `^add\\s+${column}(?:if\\s+not\\s+exists\\s+)?${not('constraint|column|if')}${word}(?=[\\s\\S]*\\bnot\\s+null\\b)(?![\\s\\S]*\\b(?:default|generated|(?:small|big)?serial)\\b)`,
      'i',
    ),
    ([, name = '']) => ({ does: 'require_column', column: shortSqlName(name) }),
  ],
  [
    new RegExp(`^add\\s+${column}(?:if\\s+not\\s+exists\\s+)?${not('constraint|column|if')}${word}`, 'i'),
    ([, name = '']) => ({ does: 'add_column', column: shortSqlName(name) }),
  ],
  [
    new RegExp(
      `^alter\\s+${column}${word}\\s+(?:set\\s+data\\s+)?type\\s+([\\s\\S]+?)(?:\\s+(?:collate|using)\\b[\\s\\S]*)?$`,
      'i',
    ),
    ([, name = '', type = '']) => ({ does: 'set_type', column: shortSqlName(name), detail: type.trim() }),
  ],
  [
    new RegExp(`^alter\\s+${column}${word}\\s+set\\s+not\\s+null\\b`, 'i'),
    ([, name = '']) => ({ does: 'set_not_null', column: shortSqlName(name) }),
  ],
]

/** Between commas that are in no parentheses. */
function parts(bare: string, from: number): { text: string; at: number }[] {
  const found: { text: string; at: number }[] = []
  let [depth, begun] = [0, from]
  for (let at = from; at <= bare.length; at++) {
    const character = bare[at]
    if (character === '(') depth += 1
    if (character === ')') depth -= 1
    if (at < bare.length && (character !== ',' || depth > 0)) continue
    const text = bare.slice(begun, at)
    const led = text.length - text.trimStart().length
    found.push({ text: text.trim(), at: begun + led })
    begun = at + 1
  }
  return found
}

function newlinesBefore(text: string, at: number): number {
  return text.slice(0, at).split('\n').length - 1
}
