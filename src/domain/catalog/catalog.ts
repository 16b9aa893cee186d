import type { JsonValue } from '../check.ts'
import { inCommon } from './earlier.ts'
import { keyOf } from './object.ts'
import { differencesOf, lastName, objectWords, shortName } from './words.ts'

/**
 * One thing in a database, by name. `name` and `table` are written as SQL writes them (`public.users.email`,
 * `public."Odd".id`), so that they can be used in a statement. `place` is where it physically is: it tells a rename from
 * a drop, is kept, and is never compared (a column that was dropped and comes back stands at the end).
 */
export type CatalogObject = {
  kind: string
  name: string
  /** The table, view or sequence it belongs to; null: none. */
  table: string | null
  place: { relation: number; position: number } | null
  /** What is as Postgres makes it by itself is left out: null and absent are the same. */
  properties: { readonly [property: string]: JsonValue }
}

export type Catalog = readonly CatalogObject[]

export { lastName, shortName }

/** What is compared and hashed: sorted by kind and name, without physical places. */
export function logicalCatalog(catalog: Catalog): Omit<CatalogObject, 'place'>[] {
  return [...byKey(catalog)]
    .sort(([a], [b]) => compare(a, b))
    .map(([, { kind, name, table, properties }]) => ({ kind, name, table, properties }))
}

/** The columns of each table as they stand, table by table in the order of their names. */
export function columnOrder(catalog: Catalog): [table: string, columns: string[]][] {
  const tables = new Map<string, CatalogObject[]>()
  for (const object of catalog) {
    if (object.kind !== 'column' || object.table === null) continue
    const columns = tables.get(object.table)
    if (columns) columns.push(object)
    else tables.set(object.table, [object])
  }
  return [...tables]
    .sort(([a], [b]) => compare(a, b))
    .map(([table, columns]) => [table, columns.toSorted((a, b) => positionOf(a) - positionOf(b)).map(columnName)])
}

/** What differs, object by object in words; empty: the same. What belongs to a table that is itself missing is not listed. `one` is expected, `other` is what is there. */
export function diffCatalogs(one: Catalog, other: Catalog): string[] {
  const [expected, got] = inCommon(one, other)
  const [before, now] = [byKey(expected), byKey(got)]
  const [ownersBefore, ownersNow] = [ownersIn(expected), ownersIn(got)]
  return [...new Set([...before.keys(), ...now.keys()])].sort(compare).flatMap((key) => {
    const [was, is] = [before.get(key), now.get(key)]
    if (was && is) return differencesOf(was, is)
    if (was) return goesWith(was, ownersBefore, ownersNow) ? [] : [`${objectWords(was)}: expected, but it is gone`]
    if (is) return goesWith(is, ownersNow, ownersBefore) ? [] : [`${objectWords(is)}: not expected, but it is there`]
    return []
  })
}

/**
 * Which tables' columns stand in another order, in words: equal by name, yet SELECT *, COPY and an INSERT without a list
 * of columns see it. Columns that only one of the two has are a difference of another kind, and are left out here.
 */
export function orderDifferences(expected: Catalog, got: Catalog): string[] {
  const now = new Map(columnOrder(got))
  return columnOrder(expected).flatMap(([table, all]) => {
    const theirs = now.get(table) ?? []
    const [was, is] = [all.filter((name) => theirs.includes(name)), theirs.filter((name) => all.includes(name))]
    if (was.join() === is.join()) return []
    return [`table ${shortName(table)}: columns expected in the order ${was.join(', ')}, got ${is.join(', ')}`]
  })
}

/** It came or went with what it belongs to, which is named already. */
function goesWith({ table }: CatalogObject, here: ReadonlySet<string>, there: ReadonlySet<string>): boolean {
  return table !== null && here.has(table) && !there.has(table)
}

/** By name alone: a table, a view and a sequence of one name cannot be there together. */
function ownersIn(catalog: Catalog): Set<string> {
  return new Set(catalog.flatMap(({ kind, name }) => (ownerKinds.has(kind) ? [name] : [])))
}

const ownerKinds = new Set(['table', 'view', 'materialized view'])

function byKey(catalog: Catalog): Map<string, CatalogObject> {
  return new Map(catalog.map((object) => [keyOf(object), object]))
}

function positionOf({ place }: CatalogObject): number {
  return place?.position ?? 0
}

function columnName({ name, properties }: CatalogObject): string {
  return typeof properties.column === 'string' ? properties.column : name
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
