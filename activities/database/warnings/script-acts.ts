import type { MigrationSection } from '../tools/tool.ts'
import type { Act } from './act.ts'
import type { ScriptCall } from './script-calls.ts'
import { shortSqlName } from './sql-name.ts'

/** What a call of a script does, as far as it is written out; `?` stands for what is computed. */
export function scriptActs({ name, arguments: [first = '', second = '', third = ''], line }: ScriptCall): Act[] {
  const act = (does: Act['does'], column: string | null = null, detail: string | null = null): Act => {
    return { line, does, of: nameIn(first), column, detail }
  }
  const kind = /^(?:drop|create)(Table|Schema|Type|Domain|Sequence)$/.exec(name)?.[1]?.toLowerCase()
  if (kind !== undefined) return [act(name.startsWith('drop') ? 'drop' : 'create', null, kind)]
  switch (name) {
    case 'dropColumn':
    case 'dropColumns':
      return namesIn(second).map((column) => act('drop_column', column))
    case 'addColumn':
    case 'addColumns':
      return columnsIn(second).map(([column, options]) =>
        act(isRequired(options) ? 'require_column' : 'add_column', column),
      )
    case 'alterColumn':
      return [...typeIn(third), ...notNullIn(third)].map(([does, detail]) => act(does, nameIn(second), detail))
    case 'addConstraint':
    case 'createConstraint':
      return [act('constrain', null, constraintIn(third))]
    default:
      return []
  }
}

/** The SQL that a script hands over as a literal; null: another call, or computed. */
export function scriptSql(
  { way, name, arguments: [first = ''], line }: ScriptCall,
  file: string,
): MigrationSection | null {
  const literal = /^(\s*)(['"`])([\s\S]*)\2\s*$/.exec(first)
  if (name !== 'sql' || !literal) return null
  const [, led = '', , sql = ''] = literal
  return { way, file, firstLine: line + led.split('\n').length - 1, sql: sql.replaceAll(/\\(['"`])/g, '$1') }
}

/** `'users'`, or `{ schema: 'app', name: 'users' }`. */
function nameIn(text: string): string {
  const plain = /^\s*(['"`])([^'"`$]+)\1\s*$/.exec(text)?.[2]
  if (plain !== undefined) return shortSqlName(plain)
  const [schema, name] = ['schema', 'name'].map((key) => optionIn(text, key))
  return name === null || name === undefined ? '?' : shortSqlName([schema, name].filter(Boolean).join('.'))
}

/** `'fax'`, or `['fax', 'phone']`. */
function namesIn(text: string): string[] {
  const names = [...text.matchAll(/(['"`])([^'"`$]+)\1/g)].map(([, , name = '']) => shortSqlName(name))
  return names.length > 0 ? names : ['?']
}

/** The keys of an object of columns, each with what is said of it. */
function columnsIn(text: string): [column: string, options: string][] {
  const body = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1]
  if (body === undefined) return []
  return [...body.matchAll(/(?:^|,)\s*(['"]?)([A-Za-z_][\w$]*)\1\s*:\s*(\{(?:[^{}]|\{[^{}]*\})*\}|[^,{}]*)/g)].map(
    ([, , column = '', options = '']) => [shortSqlName(column), options],
  )
}

function isRequired(options: string): boolean {
  return (
    /\bnotNull\s*:\s*true\b/.test(options) &&
    !/\b(default|sequenceGenerated|expressionGenerated|identity)\s*:|serial/.test(options)
  )
}

function typeIn(options: string): [Act['does'], string | null][] {
  const type = optionIn(options, 'type')
  return type === null ? [] : [['set_type', type]]
}

function notNullIn(options: string): [Act['does'], string | null][] {
  return /\bnotNull\s*:\s*true\b/.test(options) ? [['set_not_null', null]] : []
}

function constraintIn(options: string): string {
  if (/\bforeignKeys\s*:/.test(options)) return 'FOREIGN KEY'
  if (/\bunique\s*:/.test(options)) return 'UNIQUE'
  if (/\bprimaryKey\s*:/.test(options)) return 'PRIMARY KEY'
  return 'CHECK'
}

function optionIn(text: string, key: string): string | null {
  return new RegExp(String.raw`\b${key}\s*:\s*(['"\`])([^'"\`$]+)\1`).exec(text)?.[2] ?? null
}
