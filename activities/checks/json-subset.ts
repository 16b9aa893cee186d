import type { JsonValue } from '../../src/domain/check.ts'

/**
 * Where `got` first fails to contain `expected`, e.g. `$.db_ready: false`, or null when it does. Objects may have more
 * keys than asked for; lists and scalars are equal or they differ.
 */
export function firstDifference(expected: JsonValue, got: unknown, path = '$'): string | null {
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) return differs(path, got)
    return firstOf(expected.map((item, index) => () => exactDifference(item, got[index], `${path}[${index}]`)))
  }
  if (typeof expected === 'object' && expected !== null) {
    if (!isRecord(got)) return differs(path, got)
    return firstOf(
      Object.entries(expected).map(([key, value]) => () => {
        return Object.hasOwn(got, key) ? firstDifference(value, got[key], `${path}.${key}`) : `${path}.${key}: absent`
      }),
    )
  }
  return Object.is(expected, got) || expected === got ? null : differs(path, got)
}

/** Inside of a list nothing may be left over: a list is equal as a whole. */
function exactDifference(expected: JsonValue, got: unknown, path: string): string | null {
  if (isRecord(expected) && isRecord(got)) {
    const extra = Object.keys(got).find((key) => !Object.hasOwn(expected, key))
    if (extra !== undefined) return differs(`${path}.${extra}`, got[extra])
    return firstOf(
      Object.entries(expected).map(([key, value]) => () => {
        return Object.hasOwn(got, key) ? exactDifference(value, got[key], `${path}.${key}`) : `${path}.${key}: absent`
      }),
    )
  }
  return firstDifference(expected, got, path)
}

function firstOf(differences: readonly (() => string | null)[]): string | null {
  for (const difference of differences) {
    const found = difference()
    if (found !== null) return found
  }
  return null
}

function isRecord<T>(value: T): value is T & Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function differs(path: string, got: unknown): string {
  return `${path}: ${JSON.stringify(got)?.slice(0, 120)}`
}
