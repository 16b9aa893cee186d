import type pg from 'pg'
import type { Catalog } from '../../../../src/domain/catalog/catalog.ts'
import type { ColumnDigest, TableDigest } from '../../../../src/domain/rehearsal/rows.ts'

/**
 * What every table with rows holds. Tables without any are left out: most of a scratch database's are empty. Values are
 * compared as text: whoever calls has seen to `pinned` settings.
 */
export async function digestRows(client: pg.ClientBase, catalog: Catalog): Promise<TableDigest[]> {
  const tables = tablesIn(catalog)
  const filled = new Set(await tablesWithPages(client, tables))
  const asked = tables.filter((table) => filled.has(table.relation))
  if (asked.length === 0) return []
  const { rows } = await client.query<DigestRow>(asked.map(digestQuery).join(' union all '))
  return rows.flatMap((row) => {
    const table = asked.find(({ relation }) => relation === Number(row.relation))
    return table && Number(row.rows) > 0 ? [digestOf(table, row)] : []
  })
}

type DigestRow = { relation: string; rows: string; whole: string; columns: string[] }
type Table = { name: string; relation: number; columns: readonly Omit<ColumnDigest, 'values' | 'hash'>[] }

/** Generated columns hold nothing of their own; a partitioned table's rows are its partitions'. */
function tablesIn(catalog: Catalog): Table[] {
  const columns = Map.groupBy(
    catalog.filter(({ kind, properties }) => kind === 'column' && properties.generated === ''),
    (column) => column.table,
  )
  return catalog.flatMap(({ kind, name, place, properties }) => {
    if (kind !== 'table' || properties.type !== 'plain' || place === null) return []
    const own = (columns.get(name) ?? []).map((column) => ({
      column: String(column.properties.column),
      position: column.place?.position ?? 0,
      type: String(column.properties.type),
    }))
    return own.length === 0 ? [] : [{ name, relation: place.relation, columns: own.sort(byName) }]
  })
}

async function tablesWithPages(client: pg.ClientBase, tables: readonly Table[]): Promise<number[]> {
  const { rows } = await client.query<{ relation: string }>(
    'select relation::text from unnest($1::bigint[]) as relation where pg_relation_size(relation::oid::regclass) > 0',
    [tables.map(({ relation }) => relation)],
  )
  return rows.map((row) => Number(row.relation))
}

/** As text: not every type can be hashed, every one can be written. */
function digestQuery({ name, relation, columns }: Table): string {
  const texts = columns.map(({ column }) => `${column}::text`)
  const each = texts.map((text) => `concat(count(${text}), ':', ${sumOf(text)})`)
  return `select ${relation} as relation, count(*) as rows, ${sumOf(`row(${texts.join(', ')})::text`)} as whole,
    array[${each.join(', ')}] as columns from only ${name}`
}

/** A sum does not mind the order, and unlike xor it sees doubles. */
function sumOf(text: string): string {
  return `coalesce(sum(hashtextextended(${text}, 0)), 0)::text`
}

function digestOf({ name, relation, columns }: Table, row: DigestRow): TableDigest {
  const digests = columns.map((column, at) => {
    const [values = '0', hash = ''] = (row.columns[at] ?? '').split(':')
    return { ...column, values: Number(values), hash: `${values}:${hash}` }
  })
  return { table: name, relation, rows: Number(row.rows), whole: row.whole, columns: digests }
}

/** Not by place: a column that comes back stands at the end. */
function byName(a: { column: string }, b: { column: string }): number {
  return a.column < b.column ? -1 : 1
}
