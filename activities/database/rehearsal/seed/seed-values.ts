import pg from 'pg'
import type { SeedColumn } from './seed-tables.ts'

/**
 * What may be written into a column of the nth made-up row, as SQL, best first; empty: nothing is known for its type. What
 * a CHECK speaks of (`demands`) is tried before all else: it often lists what it allows.
 */
export function candidatesFor(column: SeedColumn, n: number, demands: readonly string[]): string[] {
  const allowed = [...demands, ...column.demands].flatMap((demand) => wordsIn(demand, column))
  const values = [...plainValues(column, n).slice(0, 1), ...allowed, ...plainValues(column, n).slice(1)]
  const fitting = values.filter((value) => fits(value, column)).map((value) => pg.escapeLiteral(value))
  const fallbacks = [...(column.defaulted ? ['default'] : []), ...(column.required ? [] : ['null'])]
  return [...new Set([...fitting, ...fallbacks])]
}

/** Keys far from where sequences begin: numbers that a migration will draw are left free. */
const firstKey = 30_000

function plainValues({ type, category, numbered, labels, length, attributes }: SeedColumn, n: number): string[] {
  if (numbered) return [String(firstKey + n)]
  const own = byType[type]?.(n)
  if (own) return own
  if (category === 'E') return labels.length === 0 ? [] : [...labels.slice((n - 1) % labels.length), ...labels]
  if (category === 'A') return ['{}']
  if (category === 'C') return [`(${','.repeat(Math.max(0, attributes - 1))})`]
  if (category === 'R') return [type.includes('multirange') ? '{}' : 'empty']
  if (category === 'V') return ['0'.repeat(length ?? 1)]
  if (category === 'S') return words(n, length)
  // Names of objects: none of them.
  if (type.startsWith('reg')) return ['-']
  return []
}

function words(n: number, length: number | null): string[] {
  const short = length !== null && length < 2 ? String.fromCharCode(96 + (n % 26)) : `a${n}`
  const known = [`a${n}@example.com`, `https://example.com/${n}`, `abcdefghij${n}`, 'AB', 'ABC', '123456', '2020-01-01']
  return [short, ...known, `+4201234567${n}`, uuid(n), '#aabbcc', '127.0.0.1', '{}', 'a'.repeat(40), '0'.repeat(64)]
}

const numbers = (n: number) => [String(n), '0', '-1', '10', '50', '100', '1000']
const fractions = (n: number) => [String(n), '0.5', '0', '-1', '10', '50', '100']
const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`
const day = (n: number) => [`2020-01-0${n % 9}`, '2999-01-01', '1970-01-01']

const byType: Readonly<Record<string, (n: number) => string[]>> = {
  boolean: (n) => (n % 2 === 1 ? ['true', 'false'] : ['false', 'true']),
  smallint: numbers,
  integer: numbers,
  bigint: numbers,
  numeric: fractions,
  real: fractions,
  'double precision': fractions,
  money: numbers,
  date: day,
  'timestamp without time zone': day,
  'timestamp with time zone': day,
  'time without time zone': (n) => [`0${n % 9}:00`],
  'time with time zone': (n) => [`0${n % 9}:00+00`],
  interval: (n) => [`${n} hours`],
  uuid: (n) => [uuid(n)],
  json: () => ['{}', '[]', '{"a": 1}'],
  jsonb: (n) => [`{"n": ${n}}`, '{}', '[]'],
  bytea: (n) => [`\\x0${n % 9}`],
  inet: (n) => [`10.0.0.${n}`],
  cidr: (n) => [`10.0.${n}.0/24`],
  macaddr: (n) => [`00:00:00:00:00:0${n % 9}`],
  macaddr8: (n) => [`00:00:00:00:00:00:00:0${n % 9}`],
  xml: () => ['<a/>'],
  tsvector: (n) => [`a${n}`],
  tsquery: (n) => [`a${n}`],
  point: (n) => [`(${n},1)`],
  line: (n) => [`{1,1,${n}}`],
  lseg: (n) => [`[(0,0),(${n},1)]`],
  box: (n) => [`(${n},1),(0,0)`],
  path: (n) => [`((0,0),(${n},1))`],
  polygon: (n) => [`((0,0),(${n},1),(1,0))`],
  circle: (n) => [`<(${n},1),1>`],
  pg_lsn: (n) => [`0/${n}`],
  oid: numbers,
  '"char"': (n) => [String.fromCharCode(96 + (n % 26))],
  hstore: () => [''],
  ltree: (n) => [`a${n}`],
}

/** Literals of a CHECK: what it compares with, and numbers just beside. */
function wordsIn(demand: string, { category }: SeedColumn): string[] {
  const texts = [...demand.matchAll(/'((?:[^']|'')*)'/g)].map((found) => (found[1] ?? '').replaceAll("''", "'"))
  if (category !== 'N') return texts
  const found = [...demand.matchAll(/-?\b\d+(?:\.\d+)?\b/g)].map(([text]) => Number(text))
  return [...texts.filter((text) => text.trim() !== '' && !Number.isNaN(Number(text))), ...found.flatMap(around)]
}

function around(number: number): string[] {
  return [number, number + 1, number - 1].map(String)
}

function fits(value: string, { length, digits, category }: SeedColumn): boolean {
  if (category === 'S' && length !== null && value.length > length) return false
  return (
    digits === null ||
    Math.abs(Math.trunc(Number(value)))
      .toString()
      .replace(/^0$/, '').length <= digits
  )
}
