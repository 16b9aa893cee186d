import type pg from 'pg'
import type { Catalog } from '../../../src/domain/catalog/catalog.ts'

/** A partition that was made since, of a table that was there; it holds rows of that table. Names are SQL. */
export type LaterPartition = { table: string; of: string }

/** Partitions come by themselves, one a day: they are nobody's change of the schema, and their rows count like all others. */
export async function laterPartitions(client: pg.ClientBase, then: Catalog): Promise<LaterPartition[]> {
  const known = new Set(then.flatMap(({ kind, name }) => (kind === 'table' ? [name] : [])))
  const { rows } = await client.query<LaterPartition>(
    `with recursive part (oid, parent) as (
      select inhrelid, inhparent from pg_inherits join pg_class c on c.oid = inhrelid where relispartition and relkind in ('r', 'p')
      union select part.oid, inhparent from part join pg_inherits on inhrelid = part.parent)
    select format('%I.%I', n.nspname, c.relname) as table, format('%I.%I', pn.nspname, p.relname) as of
    from part join pg_class c on c.oid = part.oid join pg_namespace n on n.oid = c.relnamespace
      join pg_class p on p.oid = part.parent join pg_namespace pn on pn.oid = p.relnamespace order by 1, 2`,
  )
  return rows.filter((row) => !known.has(row.table) && known.has(row.of))
}

/** The catalog as if they were not there. */
export function withoutThem(catalog: Catalog, later: readonly LaterPartition[]): Catalog {
  const names = new Set(later.map(({ table }) => table))
  return catalog.filter(({ kind, name, table }) => !names.has(table ?? '') && !(kind === 'table' && names.has(name)))
}
