import type { Catalog, CatalogObject } from './catalog.ts'
import { isGenerated, labelsOf, placeKeyOf, textOf } from './object.ts'
import { type Holding, type Types, typesIn } from './types.ts'

/** Something in which a revert could destroy values: what to count, and where it is in `after`. Names are SQL. */
export type LossCandidate = { relation: number; position: number } & (
  | DroppedTable
  /** The revert drops the column: every value is lost that is neither NULL nor `constant`. */
  | { kind: 'column'; table: string; column: string; constant: string | null }
  /** It was generated and holds what is written now; the revert computes it again: every other value is lost. */
  | { kind: 'generated'; table: string; column: string; expression: string }
  /** The revert makes the column narrower: every value is lost that does not fit through `type` and back. */
  | { kind: 'narrower'; table: string; column: string; type: string }
  /** The revert takes labels from an enum that the column's values are of, or hold. */
  | { kind: 'labels'; table: string; column: string; labels: readonly string[]; holds: Holding }
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
  const gone = before.filter((object) => holdsData(object, was) && !at(is, object) && isWhole(object, is))
  const types = { before: typesIn(before), after: typesIn(after) }
  return [
    ...after.filter((object) => isTableOrColumn(object, is)).flatMap((object) => candidatesIn(object, was, types)),
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

function candidatesIn(now: CatalogObject, before: Places, types: BothTypes): LossCandidate[] {
  const was = at(before, now)
  if (now.kind === 'table') return was ? [] : [{ ...placeOf(now), kind: 'table', table: now.name }]
  if (isGenerated(now)) return []
  const [table, column] = [now.table ?? '', textOf(now.properties.column)]
  if (was && isGenerated(was)) {
    const expression = textOf(was.properties.generated).replace(/^\w: /, '')
    return [{ ...placeOf(now), kind: 'generated', table, column, expression }]
  }
  if (was) return typeCandidates({ table, column }, { was, now }, types)
  if (!at(before, tableOf(now))) return []
  return [{ ...placeOf(now), kind: 'column', table, column, constant: constantDefault(now) }]
}

/** What a type is may have changed under its name: a domain or a composite type that was made anew. */
type BothTypes = { before: Types; after: Types }

function typeCandidates(
  { table, column }: { table: string; column: string },
  { was, now }: { was: CatalogObject; now: CatalogObject },
  types: BothTypes,
): LossCandidate[] {
  const [from, to] = [textOf(was.properties.type), textOf(now.properties.type)]
  const [base, baseNow] = [types.before.baseOf(from), types.after.baseOf(to)]
  const attributes = types.before.attributesOf(from)
  const isSame = base === baseNow && attributes === types.after.attributesOf(to)
  // Back out of a domain into what it is made of everything fits; back into one, its rules decide.
  if (isSame && (from === to || from === base)) return []
  if (attributes === null && isWidening(base, baseNow)) {
    return [{ ...placeOf(now), kind: 'narrower', table, column, type: from === to ? base : from }]
  }
  const changed = from === to ? `its type ${from} was changed` : `changed from ${from} to ${to}`
  const why = `${changed} by the migration itself; what did not fit is not brought back`
  return [{ ...placeOf(now), kind: 'gone', object: now.name, how: 'narrowed', why }]
}

function labelCandidates(type: CatalogObject, before: Catalog, after: Catalog): LossCandidate[] {
  const was = before.find((object) => object.kind === 'enum' && object.name === type.name)
  const labels = labelsOf(type).filter((label) => was && !labelsOf(was).includes(label))
  if (labels.length === 0) return []
  const [old, types] = [byPlace(before), typesIn(after)]
  return after
    .filter((object) => object.kind === 'column' && at(old, object) && !isGenerated(object))
    .flatMap((object) => {
      const holds = types.holdingOf(textOf(object.properties.type), type.name)
      const [table, column] = [object.table ?? '', textOf(object.properties.column)]
      return holds === null ? [] : [{ ...placeOf(object), kind: 'labels', table, column, labels, holds }]
    })
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

/** Foreign tables hold nothing here; a view's columns are no columns of the catalog; what is computed is no value of its own. */
function holdsData(object: CatalogObject, places: Places): boolean {
  if (object.kind === 'table') return object.properties.type !== 'foreign'
  return isTableOrColumn(object, places) && !isGenerated(object)
}

function isTableOrColumn(object: CatalogObject, places: Places): boolean {
  if (object.kind === 'table') return object.properties.type !== 'foreign'
  return object.kind === 'column' && at(places, tableOf(object))?.properties.type !== 'foreign'
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
