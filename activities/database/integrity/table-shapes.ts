import type pg from 'pg'

/** What of a table is compared. All names are SQL; columns by name, because their order may change on the way back. */
export type TableShape = {
  name: string
  /** OID, and number of the file that holds its rows (null: its partitions hold them). */
  relation: number
  storage: number | null
  partitioned: boolean
  columns: ShapeColumn[]
  /** Its primary key; null: none. */
  key: string[] | null
}

/** `type`: as SQL, with its schema. `direct`: equal hash means equal value; every other one is hashed as its text. */
export type ShapeColumn = { name: string; type: string; direct: boolean }

/** Of these tables; one that is not there, or holds no rows of its own (foreign, a single partition), is left out. */
export async function tableShapes(client: pg.ClientBase, names: readonly string[]): Promise<TableShape[]> {
  const { rows } = await client.query<TableShape>(shapes, [names])
  return rows
}

/*
 * Postgres hashes what is *equal* alike: 1.0 and 1.00, -0 and 0, citext in any case, arrays of other bounds, and an enum
 * by its OID. A changed byte must not hide there, so only these types are hashed as they are. Generated columns follow
 * from the others. `json`, `xml` and geometric types have no hash at all.
 */
const directTypes = `'{bool,int2,int4,int8,oid,text,varchar,bytea,uuid,date,time,timetz,timestamp,timestamptz,inet,cidr,macaddr}'`

const shapes = `
select format('%I.%I', n.nspname, c.relname) as name, c.oid::int8::float8 as relation,
  pg_relation_filenode(c.oid)::int8::float8 as storage, c.relkind = 'p' as partitioned,
  (select coalesce(jsonb_agg(jsonb_build_object(
      'name', quote_ident(attname), 'type', format_type(atttypid, atttypmod),
      'direct', t.typnamespace = 'pg_catalog'::regnamespace
        and (t.typname = any (${directTypes}) or t.typname = 'numeric' and atttypmod <> -1)
    ) order by attname), '[]')
   from pg_attribute join pg_type t on t.oid = atttypid
   where attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = '') as columns,
  (select jsonb_agg(quote_ident(attname) order by attname)
   from pg_index i join pg_attribute on attrelid = c.oid and attnum = any (i.indkey)
   where i.indrelid = c.oid and i.indisprimary) as key
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and format('%I.%I', n.nspname, c.relname) = any ($1)
order by 1`
