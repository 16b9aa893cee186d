import type { Catalog, CatalogObject } from './catalog.ts'
import { isGenerated, labelsOf, placeKeyOf, textOf } from './object.ts'

/** Something in which a revert could destroy values: what to count, and where it is in `after`. Names are SQL. */
export type LossCandidate = { relation: number; position: number } & (
  | DroppedTable
  /** The revert drops the column: every value is lost that is neither NULL nor `constant`. */
  | { kind: 'column'; table: string; column: string; constant: string | null }
  /** The revert makes the column narrower: every value is lost that does not fit through `type` and back. */
  | { kind: 'narrower'; table: string; column: string; type: string }
  /** The revert takes labels from the column's enum, or from the enum its elements are of. */
  | { kind: 'labels'; table: string; column: string; labels: readonly string[]; elements: boolean }
  /** The migration itself did it: no revert brings the values back. */
  | { kind: 'gone'; object: string; how: 'dropped' | 'narrowed'; why: string }
)

/** Every row that was not there right after the migration is lost. */
type DroppedTable = { kind: 'table'; table: string }

/**
 * What going back from `after` to `before` could destroy: what is in `after` and not in `before`. A rename is none: the
 * object is in the same place. Derived data (views, generated columns, indexes) is none.
 */
export function lossCandidates(before: Catalog, after: Catalog): LossCandidate[] {
  const [was, is] = [byPlace(before), byPlace(after)]
  const gone = before.filter((object) => holdsData(object) && !at(is, object) && isWhole(object, is))
  const bases = basesOf(before)
  return [
    ...after
      .filter((object) => holdsData(object) && !isForeign(object, is))
      .flatMap((object) => candidatesIn(object, was, bases)),
    ...after.filter((object) => object.kind === 'enum').flatMap((type) => labelCandidates(type, before, after)),
    ...gone.map(
      (object): LossCandidate => ({
        ...placeOf(object),
        kind: 'gone',
        object: object.name,
        how: 'dropped',
        why: 'dropped by the migration itself; a revert brings it back empty',
      }),
    ),
  ]
}

/** `numeric(10,2)` to `numeric`, `integer` to `bigint`, ... : every value of the one fits into the other. */
export function isWidening(from: string, to: string): boolean {
  if (from === to || to === 'text') return true
  const [narrow, wide] = [parsedType(from), parsedType(to)]
  if (narrow.base === wide.base) return fitsModifier(narrow.modifier, wide.modifier)
  if (from === 'text' && wide.base === 'character varying') return wide.modifier === null
  return (widenings[narrow.base] ?? []).includes(wide.base) && wide.modifier === null
}

function candidatesIn(now: CatalogObject, before: Places, bases: Bases): LossCandidate[] {
  const was = at(before, now)
  if (now.kind === 'table') return was ? [] : [{ ...placeOf(now), kind: 'table', table: now.name }]
  const [table, column] = [now.table ?? '', textOf(now.properties.column)]
  if (was) return typeCandidates({ table, column }, { was, now }, bases)
  if (isGenerated(now) || !at(before, tableOf(now))) return []
  return [{ ...placeOf(now), kind: 'column', table, column, constant: constantDefault(now) }]
}

function typeCandidates(
  { table, column }: { table: string; column: string },
  { was, now }: { was: CatalogObject; now: CatalogObject },
  bases: Bases,
): LossCandidate[] {
  const [from, to] = [textOf(was.properties.type), textOf(now.properties.type)]
  if (from === to || isGenerated(now)) return []
  if (isWidening(bases.get(from) ?? from, to)) return [{ ...placeOf(now), kind: 'narrower', table, column, type: from }]
  const why = `changed from ${from} to ${to} by the migration itself; what did not fit is not brought back`
  return [{ ...placeOf(now), kind: 'gone', object: now.name, how: 'narrowed', why }]
}

function labelCandidates(type: CatalogObject, before: Catalog, after: Catalog): LossCandidate[] {
  const was = before.find((object) => object.kind === 'enum' && object.name === type.name)
  const labels = labelsOf(type).filter((label) => was && !labelsOf(was).includes(label))
  if (labels.length === 0) return []
  const old = byPlace(before)
  return after
    .filter((object) => object.kind === 'column' && at(old, object) && !isGenerated(object))
    .filter(({ properties }) => properties.type === type.name || properties.type === `${type.name}[]`)
    .map((object) => {
      const [column, elements] = [textOf(object.properties.column), object.properties.type !== type.name]
      return { ...placeOf(object), kind: 'labels', table: object.table ?? '', column, labels, elements }
    })
}

/** What a domain is made of: a column that leaves it for its own base loses nothing. */
type Bases = ReadonlyMap<string, string>

function basesOf(catalog: Catalog): Bases {
  const domains = catalog.filter((object) => object.kind === 'domain')
  return new Map(domains.map(({ name, properties }) => [name, textOf(properties.base)]))
}

type Places = ReadonlyMap<string, CatalogObject>

function byPlace(catalog: Catalog): Places {
  return new Map(catalog.filter((object) => object.place !== null).map((object) => [placeKeyOf(object), object]))
}

function at(places: Places, object: Pick<CatalogObject, 'kind' | 'place'>): CatalogObject | undefined {
  return places.get(placeKeyOf(object))
}

function tableOf({ place }: CatalogObject): Pick<CatalogObject, 'kind' | 'place'> {
  return { kind: 'table', place: { relation: place?.relation ?? 0, position: 0 } }
}

function placeOf(object: CatalogObject): { relation: number; position: number } {
  return object.place ?? { relation: 0, position: 0 }
}

/** A column that went with its table is not told apart. */
function isWhole(object: CatalogObject, places: Places): boolean {
  return object.kind === 'table' || at(places, tableOf(object)) !== undefined
}

/** Foreign tables hold nothing here; a view's columns are no columns of the catalog. */
function holdsData(object: CatalogObject): boolean {
  return (object.kind === 'table' && object.properties.type !== 'foreign') || object.kind === 'column'
}

function isForeign(object: CatalogObject, places: Places): boolean {
  return object.kind === 'column' && at(places, tableOf(object))?.properties.type === 'foreign'
}

/** A default that is one literal, as SQL; null for none and for anything computed (`now()`, `nextval(...)`). */
function constantDefault(column: CatalogObject): string | null {
  const expression = textOf(column.properties.default)
  return literal.test(expression) ? expression : null
}

const literal =
  /^(true|false|-?\d+(\.\d+)?|\(-\d+(\.\d+)?\)|'([^']|'')*'(::[a-z_][a-z_ 0-9."]*(\(\d+(,\d+)?\))?(\[\])*)?|ARRAY\[\]::[a-z_ 0-9."]+(\[\])+)$/i

function parsedType(type: string): { base: string; modifier: readonly number[] | null } {
  const [, base = type, modifier] = /^(.*?)\((\d+(?:,\d+)?)\)$/.exec(type) ?? []
  return { base, modifier: modifier === undefined ? null : modifier.split(',').map(Number) }
}

/** `varchar(10)` into `varchar(20)` or `varchar`; for numeric both the digits before the point and after it must fit. */
function fitsModifier(narrow: readonly number[] | null, wide: readonly number[] | null): boolean {
  if (wide === null) return true
  if (narrow === null) return false
  const [digits = 0, scale = 0] = narrow
  const [wideDigits = 0, wideScale = 0] = wide
  return wideScale >= scale && wideDigits - wideScale >= digits - scale
}

const widenings: Readonly<Record<string, readonly string[]>> = {
  smallint: ['integer', 'bigint', 'numeric'],
  integer: ['bigint', 'numeric', 'double precision'],
  bigint: ['numeric'],
  real: ['double precision'],
}
