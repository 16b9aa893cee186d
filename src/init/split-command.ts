/** Why a text cannot be what it should be, or the value. */
export type Parsed<T> = { value: T } | { problem: string }

/**
 * Splits `node server.js --name "a b"` into its arguments as a shell would, and refuses what only a shell could do:
 * Belay starts programs itself, so that a value can never become a command.
 */
export function splitCommand(text: string): Parsed<string[]> {
  const trimmed = text.trim()
  const pieces = [...trimmed.matchAll(piece)]
  const readLength = pieces.reduce((sum, [whole]) => sum + whole.length, 0)
  if (readLength < trimmed.length) return { problem: shellOnly(trimmed.charAt(readLength)) }
  const words: string[] = []
  let fresh = true
  for (const [, gap, single, double, escaped, plain] of pieces) {
    const part = single ?? double?.replace(/\\(.)/g, '$1') ?? escaped ?? plain ?? ''
    if (gap === undefined) words.push(fresh ? part : (words.pop() ?? '') + part)
    fresh = gap !== undefined
  }
  return checked(words)
}

/** The text that `splitCommand` turns back into these arguments. */
export function commandText(words: readonly string[]): string {
  return words.map((word) => (/^[\w@%+=:,./[\]-]+$/.test(word) ? word : quoted(word))).join(' ')
}

/** A gap, '...', "...", an escaped character, or plain text; nothing a shell would expand. */
const piece = /([^\S\n]+)|'([^']*)'|"((?:[^"\\$`]|\\["\\$`])*)"|\\([^\n])|([^\s'"\\|&;<>()$`*?]+)/gy

function checked(words: readonly string[]): Parsed<string[]> {
  const [program = ''] = words
  if (program === '') return { problem: 'expected a command like "node server.js", got nothing' }
  if (program.startsWith('-')) return { problem: 'expected a program first, got an option' }
  if (/^[A-Za-z_]\w*=/.test(program)) {
    const name = program.slice(0, program.indexOf('='))
    return { problem: `expected a program first, got the variable ${name}; it belongs into the process's env` }
  }
  return { value: [...words] }
}

function shellOnly(character: string): string {
  const what = character === '\n' ? 'a new line' : character
  return `expected a program and its arguments, got a shell's ${what}; put the line into a script and name that`
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`
}
