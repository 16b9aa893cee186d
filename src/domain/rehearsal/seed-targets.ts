import { type Catalog, type CatalogObject, shortName } from '../catalog/catalog.ts'
import { keyOf } from '../catalog/object.ts'
import type { TableDigest } from './rows.ts'

/** Tables that must hold rows when the way back runs, and in words those that cannot get any. */
export type SeedTargets = { wanted: readonly { name: string; relation: number }[]; not: readonly string[] }

/**
 * What the up made or changed and what holds no rows of its own. A partitioned table's rows are its partitions'. Rows made
 * up for what a dropped CHECK forbade would fail it when it comes back, so they are not.
 */
export function seedTargets(before: Catalog, after: { catalog: Catalog; rows: readonly TableDigest[] }): SeedTargets {
  const concerned = changedTables(before, after.catalog)
  const filled = new Set(after.rows.map((table) => table.relation))
  const empty = after.catalog.flatMap(({ kind, name, place, properties }) => {
    if (kind !== 'table' || properties.type !== 'plain' || place === null) return []
    return concerned.has(name) && !filled.has(place.relation) ? [{ name, relation: place.relation }] : []
  })
  const freed = new Set(checksGone(before, after.catalog))
  const not = empty.filter(({ name }) => freed.has(name))
  return {
    wanted: empty.filter(({ name }) => !freed.has(name)),
    not: not.map(({ name }) => `${shortName(name)}: made-up rows may not hold the CHECK that the up takes away`),
  }
}

/** By name: of the table itself, or of anything in it that is not what it was. */
function changedTables(before: Catalog, after: Catalog): Set<string> {
  const [was, is] = [byKey(before), byKey(after)]
  const types = new Set(
    before.flatMap((type) => (isType(type) && is.get(keyOf(type)) !== was.get(keyOf(type)) ? [type.name] : [])),
  )
  const differs = (object: CatalogObject) =>
    was.get(keyOf(object)) !== is.get(keyOf(object)) || types.has(String(object.properties.type))
  return new Set(
    [...before, ...after]
      .filter(differs)
      .flatMap(({ kind, name, table }) => (kind === 'table' ? [name] : (table ?? []))),
  )
}

function checksGone(before: Catalog, after: Catalog): string[] {
  const is = byKey(after)
  return before.flatMap((object) => {
    const isCheck = object.kind === 'constraint' && /^(CHECK|EXCLUDE)/.test(String(object.properties.definition))
    return isCheck && object.table !== null && !is.has(keyOf(object)) ? [object.table] : []
  })
}

function isType({ kind }: CatalogObject): boolean {
  return kind === 'enum' || kind === 'domain'
}

function byKey(catalog: Catalog): Map<string, string> {
  return new Map(catalog.map((object) => [keyOf(object), JSON.stringify([object.properties, object.place])] as const))
}
