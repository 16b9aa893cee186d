import type { MigrationWarning } from '../../../src/domain/rehearsal/rehearsal.ts'

/** A call of node-pg-migrate's builder, `pgm.<name>(...)`, as it stands in the file; `line` from 1. */
export type ScriptCall = { way: MigrationWarning['way']; name: string; arguments: string[]; line: number }

/** The calls of a script's up and down, read without running it; what it computes is not seen. */
export function scriptCalls(text: string): ScriptCall[] {
  const code = withoutCommentsInPlace(text)
  const ways = (['up', 'down'] as const).flatMap((way) => {
    const at = code.search(definition(way))
    return at < 0 ? [] : [{ way, at }]
  })
  return [...code.matchAll(/\.\s*([a-z][A-Za-z]*)\s*\(/g)].flatMap(({ 0: opening, 1: name = '', index }) => {
    const begun = ways.filter(({ at }) => at <= index).toSorted((a, b) => b.at - a.at)[0]
    if (!begun) return []
    const line = code.slice(0, index + opening.indexOf(name)).split('\n').length
    return [{ way: begun.way, name, arguments: argumentsFrom(code, index + opening.length), line }]
  })
}

function definition(way: 'up' | 'down'): RegExp {
  return new RegExp(String.raw`(?:exports\.|export\s+(?:const|let|async\s+function|function)\s+)${way}\b`)
}

/** Comments become blanks on as many lines; strings stay. */
function withoutCommentsInPlace(text: string): string {
  return text.replace(/(['"`])(?:\\[\s\S]|(?!\1)[^\\])*\1|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (token) =>
    token.startsWith('/') ? token.replace(/[^\n]/g, ' ') : token,
  )
}

/** The texts between the commas of an argument list that begins here, up to its closing parenthesis. */
function argumentsFrom(code: string, from: number): string[] {
  const found: string[] = []
  let [depth, current] = [0, '']
  for (const [token] of code.slice(from).matchAll(/(['"`])(?:\\[\s\S]|(?!\1)[^\\])*\1|[\s\S]/g)) {
    if (/^[([{]$/.test(token)) depth += 1
    if (/^[)\]}]$/.test(token)) depth -= 1
    if (depth < 0) return [...found, current].filter((one) => one.trim() !== '')
    if (token === ',' && depth === 0) {
      found.push(current)
      current = ''
    } else current += token
  }
  return []
}
