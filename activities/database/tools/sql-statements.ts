/** The statements of an SQL text, without comments around them; empty ones are left out. */
export function splitStatements(sql: string): string[] {
  return placedStatements(sql).map(({ text }) => text)
}

/**
 * A statement and where it stands: `line` from 1, `text` without comments, `raw` with them, and `bare` like `raw`, but
 * with blanks in place of comments and of what is quoted as a value, so that words in it are words of SQL.
 */
export type PlacedStatement = { line: number; text: string; raw: string; bare: string }

export function placedStatements(sql: string): PlacedStatement[] {
  const statements: PlacedStatement[] = []
  let [text, bare, from, line] = ['', '', 0, 1]
  const endAt = (at: number) => {
    const start = bare.trimStart()
    const led = bare.slice(0, bare.length - start.length)
    const placed = { line: line + newlines(led), text: text.trim(), raw: sql.slice(from + led.length, at), bare: start }
    if (placed.text !== '') statements.push(placed)
    line += newlines(bare)
    ;[text, bare, from] = ['', '', at + 1]
  }
  const isInside = insideAtomic()
  for (const { 0: token, index } of sql.matchAll(tokens)) {
    if (token === ';' && !isInside(token)) {
      endAt(index)
      continue
    }
    isInside(token)
    const isComment = /^(--|\/\*)/.test(token)
    text += isComment ? ' ' : token
    bare += isComment ? blank(token) : /^(?:[eE]?'|\$[^$]*\$)/.test(token) ? `'${blank(token.slice(2))}'` : token
  }
  endAt(sql.length)
  return statements
}

/** The body of an SQL-standard function (`begin atomic ... end`) holds statements of its own; told each token in turn. */
function insideAtomic(): (token: string) => boolean {
  let [depth, before] = [0, '']
  return (token) => {
    if (!/^[a-z_]/i.test(token) || /^e'/i.test(token)) return depth > 0
    const word = token.toLowerCase()
    if (word === 'atomic' && before === 'begin') depth = 1
    else if (depth > 0) depth += word === 'case' ? 1 : word === 'end' ? -1 : 0
    before = word
    return depth > 0
  }
}

function newlines(text: string): number {
  return text.split('\n').length - 1
}

/** As long, and on as many lines. */
function blank(text: string): string {
  return text.replace(/[^\n]/g, ' ')
}

/** The statement as it is compared: without comments inside it, and without the space that they, or a layout, leave. */
export function bareStatement(statement: string): string {
  let bare = ''
  for (const [text] of statement.matchAll(tokens)) {
    const space = /^(\s|--|\/\*)/.test(text)
    if (space && (bare === '' || /[\s(,]$/.test(bare))) continue
    bare = space ? `${bare} ` : /^[(),]$/.test(text) ? bare.trimEnd() + text : bare + text
  }
  return bare.trimEnd()
}

/** BEGIN, COMMIT and their kin: they would end the transaction that the history row belongs to. */
export function controlsTransaction(statement: string): boolean {
  return /^(begin|start\s+transaction|commit|end|rollback|abort|prepare\s+transaction)\b/i.test(statement)
}

/** The first statement that destroys rows or values, in a few words; null: none is seen (a static look, no proof). */
export function destroysIn(statements: readonly string[]): string | null {
  for (const statement of statements) {
    const bare = statement.replace(/'([^']|'')*'/g, "''").replace(/\s+/g, ' ')
    const found = destroying.exec(bare)
    if (found) return found[0].slice(0, 80)
  }
  return null
}

const destroying =
  /^(drop (table|schema)\b.*|truncate\b.*|delete from\b.*)|^alter table .*?\bdrop (?!constraint|default|not null|expression|identity)(column )?(if exists )?\S+/i

// Strings (E'' knows backslashes), quoted names, dollar quotes, comments (one level of nesting), words, anything else.
const tokens =
  /--[^\n]*|\/\*(?:[^*/]|\*(?!\/)|\/(?!\*)|\/\*(?:[^*]|\*(?!\/))*\*\/)*\*\/|\b[eE]'(?:[^'\\]|''|\\[\s\S])*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$([A-Za-z_][A-Za-z_0-9]*)?\$[\s\S]*?\$\1\$|[A-Za-z_][A-Za-z_0-9$]*|[\s\S]/g
