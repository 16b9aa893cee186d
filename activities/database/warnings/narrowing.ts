/** May a value of type `from` (null: not known) not survive as `to`? Types as SQL writes them; in doubt, yes. */
export function mayNarrow(from: string | null, to: string): boolean {
  const is = typeOf(to)
  if (is.family === 'text' && is.size === Number.POSITIVE_INFINITY) return false
  if (from === null) return !is.isWide
  const was = typeOf(from)
  if (was.text === is.text) return false
  if (was.family === 'integer' && is.family === 'numeric') return is.size !== Number.POSITIVE_INFINITY
  if (was.family === 'time' && is.family === 'time') return is.text === 'date'
  if (was.family !== is.family || was.family === null) return true
  return is.size < was.size || is.scale < was.scale
}

type Type = {
  text: string
  family: 'integer' | 'real' | 'numeric' | 'text' | 'time' | null
  size: number
  scale: number
  isWide: boolean
}

const whole: Readonly<Record<string, number>> = {
  smallint: 2,
  int2: 2,
  integer: 4,
  int: 4,
  int4: 4,
  bigint: 8,
  int8: 8,
}
const floating: Readonly<Record<string, number>> = { real: 4, float4: 4, 'double precision': 8, float8: 8 }

function typeOf(written: string): Type {
  const text = written
    .toLowerCase()
    .replace(/"/g, '')
    .replace(/^pg_catalog\./, '')
    .replace(/\s+/g, ' ')
    .trim()
  const [, name = text, first, second] = /^([a-z][a-z0-9_ ]*?)\s*\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)$/.exec(text) ?? []
  const unlimited = Number.POSITIVE_INFINITY
  const size = first === undefined ? unlimited : Number(first)
  const plain = { text, scale: 0, isWide: first === undefined }
  if (name in whole) return { ...plain, family: 'integer', size: whole[name] ?? 0, isWide: whole[name] === 8 }
  if (name in floating) return { ...plain, family: 'real', size: floating[name] ?? 0, isWide: floating[name] === 8 }
  if (/^(numeric|decimal)$/.test(name)) return { ...plain, family: 'numeric', ...digits(size, second) }
  if (/^(text|varchar|character varying)$/.test(name)) return { ...plain, family: 'text', size }
  if (/^(char|character|bpchar)$/.test(name))
    return { ...plain, family: 'text', size: first === undefined ? 1 : size, isWide: false }
  if (/^(date|timestamp|timestamptz)\b/.test(name))
    return { ...plain, family: 'time', size: 0, isWide: name !== 'date' }
  return { ...plain, family: null, size: 0, isWide: /^jsonb?$/.test(name) }
}

/** Places before the point, and after it. */
function digits(precision: number, scale: string | undefined): { size: number; scale: number } {
  if (precision === Number.POSITIVE_INFINITY) return { size: precision, scale: precision }
  return { size: precision - Number(scale ?? 0), scale: Number(scale ?? 0) }
}
