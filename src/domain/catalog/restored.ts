import { isRecord } from '../is-record.ts'
import type { Catalog, CatalogObject } from './catalog.ts'
import { isGenerated, placeKeyOf, textOf } from './object.ts'

/**
 * A rule that a revert puts back and that rows written meanwhile may be against. Its own words are those of `before`;
 * `rows` says where the table's rows are now. Names are SQL.
 */
export type RestoredRule = { key: string; rows: RowsNow } & (
  | { kind: 'not null'; column: string }
  | { kind: 'constraint'; definition: string; refers: RowsNow | null }
  | { kind: 'unique index'; definition: string }
  /** `column` is of the domain, and so of its base. `rule`: a CHECK, or NOT NULL. */
  | { kind: 'domain'; column: string; domain: string; rule: string }
  | { kind: 'partition'; columns: readonly string[]; by: string; bound: string }
)

/** A table as it was called and shaped before, and where that is now. `parted`: its rows are its partitions'. */
export type RowsNow = {
  was: string
  table: string
  parted: boolean
  /** No column of it was dropped since. */
  whole: boolean
  columns: readonly { was: string; is: string }[]
}

/** Every rule that is in `before` and not in `now`. What stands in for a rule under another name is checked for nothing. */
export function restoredRules(before: Catalog, after: Catalog): RestoredRule[] {
  const now = new Map(after.filter((object) => object.place !== null).map((object) => [placeKeyOf(object), object]))
  const there = new Set(after.map(sameRule))
  const missing = before.filter((object) => !there.has(sameRule(object)))
  return [
    ...before.flatMap((object) => notNullOf(object, before, now)),
    ...missing.flatMap((object) => constraintOf(object, before, now)),
    ...missing.flatMap((object) => uniqueIndexOf(object, before, now)),
    ...before.flatMap((object) => domainRules(object, { before, after }, now)),
    ...missing.flatMap((object) => partitionOf(object, before, now)),
  ]
}

/** What is now, by where it physically is: a name alone may have been given to something else. */
type Places = ReadonlyMap<string, CatalogObject>

function notNullOf(column: CatalogObject, before: Catalog, now: Places): RestoredRule[] {
  if (column.kind !== 'column' || column.properties.not_null !== true) return []
  const is = now.get(placeKeyOf(column))
  if (!is || is.properties.not_null === true || isGenerated(is)) return []
  const rows = rowsNow(column.table, before, now)
  return rows === null
    ? []
    : [{ kind: 'not null', key: `not null ${column.name}`, rows, column: textOf(column.properties.column) }]
}

function constraintOf({ kind, name, table, properties }: CatalogObject, before: Catalog, now: Places): RestoredRule[] {
  const rows = kind === 'constraint' ? rowsNow(table, before, now) : null
  // One that was never checked is not checked when it comes back.
  if (!rows || properties.validated !== true) return []
  const definition = textOf(properties.definition)
  // Told by its column; Postgres 18 may list it as well.
  if (definition.startsWith('NOT NULL ')) return []
  const refers = before.find((object) => object.kind === 'table' && definition.includes(` REFERENCES ${object.name}(`))
  const found = refers ? rowsNow(refers.name, before, now) : null
  return [{ kind: 'constraint', key: `constraint ${name}`, rows, definition, refers: found }]
}

function uniqueIndexOf({ kind, name, table, properties }: CatalogObject, before: Catalog, now: Places): RestoredRule[] {
  const definition = textOf(properties.definition)
  if (kind !== 'index' || !/^CREATE UNIQUE INDEX /.test(definition) || properties.valid !== true) return []
  const rows = rowsNow(table, before, now)
  const ofConstraint = before.some((object) => object.kind === 'constraint' && isIndexOf(object, name))
  return rows && !ofConstraint ? [{ kind: 'unique index', key: `index ${name}`, rows, definition }] : []
}

/** `public.users.users_key` has the index `public.users_key`. */
function isIndexOf({ name, table }: CatalogObject, index: string): boolean {
  const own = name.slice((table ?? '').length + 1)
  return index.endsWith(`.${own}`)
}

function domainRules(
  domain: CatalogObject,
  { before, after }: { before: Catalog; after: Catalog },
  now: Places,
): RestoredRule[] {
  if (domain.kind !== 'domain') return []
  const is = after.find((object) => object.kind === 'domain' && object.name === domain.name)
  const rules = is ? rulesOf(domain).filter((rule) => !rulesOf(is).includes(rule)) : []
  if (rules.length === 0) return []
  const columns = before.filter((object) => object.kind === 'column' && object.properties.type === domain.name)
  return columns.flatMap((object): RestoredRule[] => {
    const rows = rowsNow(object.table, before, now)
    const column = textOf(object.properties.column)
    if (!rows) return []
    return rules.map((rule) => ({
      kind: 'domain',
      key: `domain ${domain.name} ${rule} ${object.name}`,
      rows,
      column,
      domain: domain.name,
      rule,
    }))
  })
}

/** `CHECK (...)`, of those that were checked; and `NOT NULL`. */
function rulesOf({ properties }: CatalogObject): string[] {
  const checks = Object.values(isRecord(properties.constraints) ? properties.constraints : {}).map(textOf)
  const validated = checks.filter((check) => check.endsWith(' true')).map((check) => check.slice(0, -' true'.length))
  return properties.not_null === true ? [...validated, 'NOT NULL'] : validated
}

/** A partition that the migration detached, or moved to other bounds. */
function partitionOf(table: CatalogObject, before: Catalog, now: Places): RestoredRule[] {
  const [parent] = Array.isArray(table.properties.inherits) ? table.properties.inherits.map(textOf) : []
  const bound = textOf(table.properties.partition_bound)
  const by = textOf(
    before.find((object) => object.kind === 'table' && object.name === parent)?.properties.partition_key,
  )
  if (table.kind !== 'table' || bound === '' || by === '') return []
  const is = now.get(placeKeyOf(table))
  const rows = rowsNow(table.name, before, now)
  if (!rows || !is || is.properties.partition_bound === bound) return []
  const columns = columnsOf(table.name, before).map(
    ({ properties }) => `${textOf(properties.column)} ${textOf(properties.type)}`,
  )
  return [{ kind: 'partition', key: `partition ${table.name}`, rows, columns, by, bound }]
}

/** null: the migration dropped the table, and a revert makes it anew. */
function rowsNow(was: string | null, before: Catalog, now: Places): RowsNow | null {
  const table = before.find((object) => object.kind === 'table' && object.name === was)
  const is = table && now.get(placeKeyOf(table))
  if (!table || !is || is.properties.type === 'foreign') return null
  const were = columnsOf(table.name, before)
  const columns = were.flatMap((column) => {
    const found = now.get(placeKeyOf(column))
    return found ? [{ was: textOf(column.properties.column), is: textOf(found.properties.column) }] : []
  })
  return {
    was: table.name,
    table: is.name,
    parted: is.properties.type === 'partitioned',
    whole: columns.length === were.length,
    columns,
  }
}

function columnsOf(table: string, catalog: Catalog): CatalogObject[] {
  return catalog.filter((object) => object.kind === 'column' && object.table === table)
}

/** What a rule says, and of what: a comment on it is none of it. */
function sameRule({ kind, name, properties }: CatalogObject): string {
  const { definition, validated, valid, partition_bound } = properties
  return JSON.stringify([kind, name, definition, validated, valid, partition_bound])
}
