import { type Catalog, type CatalogObject, shortName } from './catalog.ts'
import { isGenerated, keyOf, placeKeyOf } from './object.ts'

/** A table that is there before and after, with its columns that are: how each is called now and was called before. SQL. */
export type Kept = { table: Name; columns: readonly KeptColumn[] }

type Name = { was: string; is: string }

/** `numeric`: one value can be written with more or fewer zeros. `same`: of one type, so that one value is one text. */
export type KeptColumn = Name & { numeric: boolean; same: boolean }

/** What a migration left alone: its values were there before it, and must be there when it has gone back. */
export function keptThrough(before: Catalog, after: Catalog): Kept[] {
  const now = new Map(after.filter(({ place }) => place !== null).map((object) => [placeKeyOf(object), object]))
  return before.flatMap((table) => {
    const is = table.kind === 'table' && table.properties.type !== 'foreign' ? now.get(placeKeyOf(table)) : undefined
    if (!is) return []
    const columns = before.filter((object) => object.kind === 'column' && object.table === table.name)
    const both = columns.flatMap((was) => pair(was, now.get(placeKeyOf(was))))
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

/** What is computed has no values of its own; of another type, it was counted as what does not fit. */
function pair(was: CatalogObject, is: CatalogObject | undefined): KeptColumn[] {
  if (!is || isGenerated(was) || isGenerated(is)) return []
  const numeric = [was, is].every(({ properties }) => /^numeric\b/.test(String(properties.type)))
  const same = numeric || was.properties.type === is.properties.type
  return [{ was: String(was.properties.column), is: String(is.properties.column), numeric, same }]
}

function placesIn(catalog: Catalog): Map<string, string> {
  return new Map(catalog.map((object) => [keyOf(object), placeKeyOf(object)]))
}
