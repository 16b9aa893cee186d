import { type Catalog, type CatalogObject, shortName } from './catalog.ts'
import { isWidening } from './loss.ts'
import { isGenerated, keyOf, placeKeyOf, textOf } from './object.ts'
import { type Types, typesIn } from './types.ts'

/** A table that is there before and after, with its columns that are: how each is called now and was called before. SQL. */
export type Kept = { table: Name; columns: readonly KeptColumn[] }

type Name = { was: string; is: string }

/**
 * `as`: as what its values are compared, before and after; one value can be written in several ways. null: what was of
 * the one type need not be the same in the other.
 */
export type KeptColumn = Name & { as: ComparedAs | null }

export type ComparedAs = 'itself' | 'numeric' | 'double precision' | 'text'

/** What a migration left alone: its values were there before it, and must be there when it has gone back. */
export function keptThrough(before: Catalog, after: Catalog): Kept[] {
  const now = new Map(after.filter(({ place }) => place !== null).map((object) => [placeKeyOf(object), object]))
  const types = { before: typesIn(before), after: typesIn(after) }
  return before.flatMap((table) => {
    const is = table.kind === 'table' && table.properties.type !== 'foreign' ? now.get(placeKeyOf(table)) : undefined
    if (!is) return []
    const columns = before.filter((object) => object.kind === 'column' && object.table === table.name)
    const both = columns.flatMap((was) => pair(was, now.get(placeKeyOf(was)), types))
    return [{ table: { was: table.name, is: is.name }, columns: both }]
  })
}

/** What a down dropped and made again of what its migration had left alone, seen when it is too late to count. */
export function madeAnewWords(
  name: string,
  of: { before: Catalog; after: Catalog },
  start: Catalog,
  end: Catalog,
): string[] {
  return keptThrough(of.before, of.after)
    .flatMap((kept) => madeAnew(kept, start, end))
    .map(
      (object) =>
        `${name}: its down dropped ${shortName(object)} and made it again: of the values it held only those are there that the down carried over; look, and restore what is missing`,
    )
}

/** Those of it that are in another place than they were, by what they are called now: dropped, and made again. */
export function madeAnew({ table, columns }: Kept, start: Catalog, end: Catalog): string[] {
  const [was, is] = [placesIn(start), placesIn(end)]
  const moved = (from: string, to: string) => was.has(from) && is.has(to) && was.get(from) !== is.get(to)
  if (moved(`table ${table.is}`, `table ${table.was}`)) return [table.is]
  return columns.flatMap((column) => {
    const now = `${table.is}.${column.is}`
    return moved(`column ${now}`, `column ${table.was}.${column.was}`) ? [now] : []
  })
}

/** What is computed has no values of its own. */
function pair(was: CatalogObject, is: CatalogObject | undefined, types: BothTypes): KeptColumn[] {
  if (!is || isGenerated(was) || isGenerated(is)) return []
  const as = comparedAs(
    types.before.baseOf(textOf(was.properties.type)),
    types.after.baseOf(textOf(is.properties.type)),
  )
  return [{ was: String(was.properties.column), is: String(is.properties.column), as }]
}

type BothTypes = { before: Types; after: Types }

/** Into a wider type every value fits as it is; that it comes back from there as it was is what a down must prove. */
function comparedAs(was: string, is: string): ComparedAs | null {
  if (/^numeric\b/.test(was) && /^numeric\b/.test(is)) return 'numeric'
  if (was === is) return 'itself'
  if (!isWidening(was, is)) return null
  if (is === 'double precision') return 'double precision'
  return /^(integer|bigint|numeric)\b/.test(is) ? 'numeric' : 'text'
}

function placesIn(catalog: Catalog): Map<string, string> {
  return new Map(catalog.map((object) => [keyOf(object), placeKeyOf(object)]))
}
