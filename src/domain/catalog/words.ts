import type { JsonValue } from '../check.ts'

type Described = { kind: string; name: string; properties: Properties }

type Properties = { readonly [property: string]: JsonValue }

/** `users.email` for `public.users.email`: what people say. */
export function shortName(name: string): string {
  return name.replace(/^public\./, '')
}

/** `"a.B"` of `public."a.B"`: a dot may be part of a name. */
export function lastName(name: string): string {
  return /(?:"(?:[^"]|"")*"|[^."]+)$/.exec(name)?.[0] ?? name
}

/** `column users.plan`. */
export function objectWords({ kind, name }: Pick<Described, 'kind' | 'name'>): string {
  return `${kind} ${shortName(name)}`
}

/** What differs between two states of one thing, a line each: `column users.plan: type expected text, got varchar(10)`. */
export function differencesOf(was: Described, is: Described): string[] {
  return within(was.properties, is.properties, '').map((words) => `${objectWords(was)}: ${words}`)
}

/** Grants by who has them, options by name: what lies deeper is named on its own where both have it. */
function within(was: Properties, is: Properties, path: string): string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(is)])].sort().flatMap((name) => {
    const label = path === '' ? (labels[name] ?? name.replaceAll('_', ' ')) : `${path} ${name}`
    const [expected, got] = [was[name] ?? null, is[name] ?? null]
    if (isProperties(expected) && isProperties(got))
      return within(expected, got, name === 'access' ? 'access of' : label)
    const [one, other] = [shown(name, expected), shown(name, got)]
    return one === other ? [] : [`${label} ${contrast(one, other)}`]
  })
}

function contrast(expected: string, got: string): string {
  if (!expected.includes('\n') && !got.includes('\n')) return `expected ${cut(expected)}, got ${cut(got)}`
  const [was, is] = [expected.split('\n'), got.split('\n')]
  const at = was.findIndex((line, index) => line !== is[index])
  const line = at < 0 ? was.length : at
  return `expected in line ${line + 1}: ${lineAt(was, line)}, got: ${lineAt(is, line)}`
}

function lineAt(lines: readonly string[], index: number): string {
  const line = lines[index]
  return line === undefined ? 'its end' : cut(line.trim() === '' ? 'an empty line' : line.trim())
}

function shown(property: string, value: JsonValue): string {
  if (value === null) return absent[property] ?? 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return told[property]?.[value] ?? (property === 'type' ? shortType(value) : value)
  if (Array.isArray(value)) return `(${value.map((item) => shown('', item)).join(', ')})`
  if (!isProperties(value)) return JSON.stringify(value)
  return Object.entries(value)
    .map(([name, inner]) => `${name}: ${shown(name, inner)}`)
    .sort()
    .join('; ')
}

/** Types as people write them. */
function shortType(type: string): string {
  return type
    .replace(/^character varying/, 'varchar')
    .replace(/^timestamp(\(\d\))? with time zone/, 'timestamptz$1')
    .replace(/^timestamp(\(\d\))? without time zone/, 'timestamp$1')
}

/** Postgres's own letters, in words. */
const told: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  identity: { '': 'none', a: 'always', d: 'by default' },
  generated: { '': 'none' },
}

const labels: Readonly<Record<string, string>> = { not_null: 'NOT NULL' }

/** What stands for a property that is as Postgres makes it. */
const absent: Readonly<Record<string, string>> = { access: 'the default', statistics: 'the default' }

function isProperties(value: JsonValue): value is Properties {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The beginning; the rest is for people to look up. */
function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 120 ? `${line.slice(0, 120)}...` : line
}
