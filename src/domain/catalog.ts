import type { JsonValue } from './check.ts'

/**
 * One thing in a database, by name. `name` and `table` are written as SQL writes them (`public.users.email`,
 * `public."Odd".id`), so that they can be used in a statement. `place` is where it physically is: it tells a rename from
 * a drop, is kept, and is never compared (a column that was dropped and comes back stands at the end).
 */
export type CatalogObject = {
  kind: string
  name: string
  /** The table it belongs to; null: none. */
  table: string | null
  place: { relation: number; position: number } | null
  properties: { readonly [property: string]: JsonValue }
}

export type Catalog = readonly CatalogObject[]

/** What is compared and hashed: sorted by kind and name, without physical places. */
export function logicalCatalog(catalog: Catalog): Omit<CatalogObject, 'place'>[] {
  return catalog
    .map(({ kind, name, table, properties }) => ({ kind, name, table, properties }))
    .sort((a, b) => compare(keyOf(a), keyOf(b)))
}

/** What differs, object by object in words; empty: the same. What belongs to a table that is itself missing is not listed. */
export function diffCatalogs(expected: Catalog, got: Catalog): string[] {
  const [before, now] = [byKey(expected), byKey(got)]
  return [...new Set([...before.keys(), ...now.keys()])].sort(compare).flatMap((key) => {
    const [was, is] = [before.get(key), now.get(key)]
    if (was && is) return differences(was, is)
    if (was) return tableOf(was, before) && !tableOf(was, now) ? [] : [`${words(was)}: expected, but it is gone`]
    if (is) return tableOf(is, now) && !tableOf(is, before) ? [] : [`${words(is)}: not expected, but it is there`]
    return []
  })
}

/** `users.email` for `public.users.email`: what people say. */
export function shortName(name: string): string {
  return name.replace(/^public\./, '')
}

function differences(was: CatalogObject, is: CatalogObject): string[] {
  return [...new Set([...Object.keys(was.properties), ...Object.keys(is.properties)])].sort(compare).flatMap((name) => {
    const [expected, got] = [shown(was.properties[name]), shown(is.properties[name])]
    return expected === got ? [] : [`${words(was)}: ${name} expected ${cut(expected)}, got ${cut(got)}`]
  })
}

function tableOf(object: CatalogObject, catalog: ReadonlyMap<string, CatalogObject>): CatalogObject | undefined {
  return object.table === null ? undefined : catalog.get(keyOf({ kind: 'table', name: object.table }))
}

function byKey(catalog: Catalog): Map<string, CatalogObject> {
  return new Map(catalog.map((object) => [keyOf(object), object]))
}

function keyOf({ kind, name }: Pick<CatalogObject, 'kind' | 'name'>): string {
  return `${kind} ${name}`
}

function words({ kind, name }: CatalogObject): string {
  return `${kind} ${shortName(name)}`
}

function shown(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : JSON.stringify(value ?? null)
}

/** A function's body can be long; where it differs is for people to look up. */
function cut(text: string): string {
  const line = text.replace(/\s+/g, ' ')
  return line.length > 120 ? `${line.slice(0, 120)}...` : line
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
