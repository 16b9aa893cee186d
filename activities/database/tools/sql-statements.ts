/** The statements of an SQL text, without comments around them; empty ones are left out. */
export function splitStatements(sql: string): string[] {
  const statements: string[] = []
  let [current, atomic, word] = ['', 0, '']
  for (const token of sql.matchAll(tokens)) {
    const [text] = token
    if (text === ';' && atomic === 0) {
      statements.push(current.trim())
      current = ''
      continue
    }
    if (/^(--|\/\*)/.test(text)) {
      current += ' '
      continue
    }
    if (/^[a-z_]/i.test(text) && !/^e'/i.test(text)) {
      const lower = text.toLowerCase()
      // The body of an SQL-standard function holds statements of its own.
      if (lower === 'atomic' && word === 'begin') atomic = 1
      else if (atomic > 0) atomic += lower === 'case' ? 1 : lower === 'end' ? -1 : 0
      word = lower
    }
    current += text
  }
  return [...statements, current.trim()].filter((statement) => statement !== '')
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
