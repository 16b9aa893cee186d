import type { Catalog, CatalogObject } from '../catalog/catalog.ts'
import type { TableDigest } from './rows.ts'

/** Of these tables what was in the catalog before, by place: under other names perhaps. With their columns. */
export function existingAmong(
  tables: readonly string[],
  { before, after }: { before: Catalog; after: Catalog },
): CatalogObject[] {
  const relations = new Set(before.flatMap(({ kind, place }) => (kind === 'table' && place ? [place.relation] : [])))
  return after.filter(({ kind, name, table, place }) => {
    if ((kind !== 'table' && kind !== 'column') || place === null || !relations.has(place.relation)) return false
    return tables.includes(table ?? name)
  })
}

/** The same rows under the names that their table and columns had; columns that are new are left out. */
export function namedAsBefore(digest: TableDigest, before: Catalog): TableDigest {
  const own = before.filter(({ place }) => place?.relation === digest.relation)
  const columns = digest.columns.flatMap((column) => {
    const old = own.find(({ kind, place }) => kind === 'column' && place?.position === column.position)
    return old ? [{ ...column, column: String(old.properties.column) }] : []
  })
  return { ...digest, table: own.find(({ kind }) => kind === 'table')?.name ?? digest.table, columns }
}
