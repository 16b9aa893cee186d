import { type Catalog, shortName } from './catalog.ts'

/** Tables that have the same columns in another order, in words. It matters to `select *`, `copy` and inserts without names. */
export function columnOrderDifference(expected: Catalog, got: Catalog): string[] {
  const now = orders(got)
  return [...orders(expected)].flatMap(([table, columns]) => {
    const is = now.get(table) ?? []
    if (is.join() === columns.join()) return []
    return [`${shortName(table)}: columns expected as ${columns.join(', ')}, got ${is.join(', ')}`]
  })
}

function orders(catalog: Catalog): Map<string, string[]> {
  const columns = catalog
    .filter((object) => object.kind === 'column')
    .toSorted((a, b) => (a.place?.position ?? 0) - (b.place?.position ?? 0))
  const tables = new Map<string, string[]>()
  for (const { table, name } of columns) {
    if (table === null) continue
    tables.set(table, [...(tables.get(table) ?? []), name.slice(table.length + 1)])
  }
  return tables
}
