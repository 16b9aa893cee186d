import { bareStatement, destroysIn, splitStatements } from './sql-statements.ts'
import type { MigrationFile, MigrationSection } from './tool.ts'

/*
 * What a migration of node-pg-migrate says about its way back, read without running it. An `up` without any `down` is
 * reversed by the tool, which is a way back; `down = false` and an empty body are none.
 */

export function wayBackOfScript(file: string, text: string): MigrationFile['wayBack'] {
  if (file.endsWith('.sql')) {
    const { down } = sections(text)
    return down === null ? 'missing' : splitStatements(down).length === 0 ? 'empty' : 'there'
  }
  const code = withoutComments(text)
  if (/\bdown\b\s*(?::\s*[^=]+)?=\s*false\b|\bdown\s*:\s*false\b/.test(code)) return 'disabled'
  const empty =
    /\bdown\b\s*(?:(?:=|:)\s*)?(?:async\s*)?(?:function\s*\w*\s*)?(?:\([^)]*\)|\w+)\s*(?::\s*[\w<>\s]+)?(?:=>)?\s*\{\s*(?:return;?)?\s*\}/
  return empty.test(code) ? 'empty' : 'there'
}

/** A call or statement of the up that destroys values; null: none is seen. */
export function destroysInScript(file: string, text: string): string | null {
  if (file.endsWith('.sql')) return destroysIn(splitStatements(sections(text).up))
  const up = upOf(withoutComments(text))
  const call = /\b(dropTable|dropColumns?|dropSchema)\s*\([^)]*/.exec(up)
  if (call) return call[0].replace(/\s+/g, ' ').slice(0, 80)
  const raw = [...up.matchAll(/\.sql\s*\(\s*(['"`])([\s\S]*?)\1/g)].map((match) => match[2] ?? '')
  return destroysIn(raw.flatMap(splitStatements))
}

/** The SQL of a migration written in SQL, where it stands. */
export function sectionsOfScript(file: string, text: string): MigrationSection[] {
  if (!file.endsWith('.sql')) return []
  const { up, down } = sections(text)
  const placed = (way: 'up' | 'down', sql: string): MigrationSection => {
    const before = text.slice(0, text.indexOf(sql))
    return { way, file, firstLine: before.split('\n').length, sql }
  }
  return [placed('up', up), ...(down === null ? [] : [placed('down', down)])]
}

/** What is compared: all but comments and the lines and spaces they leave. */
export function wordsOfScript(file: string, text: string): string[] {
  if (!file.endsWith('.sql')) return [withoutComments(text).replace(/\s+$/gm, '').trim()]
  return sectionsOfScript(file, text).flatMap(({ way, sql }) => [
    `-- ${way}`,
    ...splitStatements(sql).map(bareStatement),
  ])
}

function sections(text: string): { up: string; down: string | null } {
  const [up, down] = [start(text, 'up'), start(text, 'down')]
  return {
    up: up >= 0 ? text.slice(up, down > up ? down : undefined) : down >= 0 ? text.slice(0, down) : text,
    down: down >= 0 ? text.slice(down, up > down ? up : undefined) : null,
  }
}

function start(text: string, direction: 'up' | 'down'): number {
  return text.search(new RegExp(`^\\s*--[\\s-]*${direction}\\s+migration`, 'im'))
}

/** From the definition of `up` to that of `down`, wherever they stand. */
function upOf(code: string): string {
  const [up, down] = [code.search(definition('up')), code.search(definition('down'))]
  if (up < 0) return ''
  return code.slice(up, down > up ? down : undefined)
}

function definition(name: string): RegExp {
  return new RegExp(`(?:exports\\.|export\\s+(?:const|let|async\\s+function|function)\\s+)${name}\\b`)
}

/** Good enough to compare and to look for words, not to run. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`])\/\/[^\n]*/g, '$1')
}
