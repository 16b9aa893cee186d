import type pg from 'pg'
import type { Catalog } from '../../../../src/domain/catalog/catalog.ts'
import { labelsOf } from '../../../../src/domain/catalog/object.ts'
import type { SeenState } from '../../../../src/domain/rehearsal/verdict.ts'

/** What a row of it needs, by relation. Names are SQL. */
export type SeedTable = {
  relation: number
  name: string
  /** `FOR VALUES ...` of a partition; null: none. */
  bound: string | null
  /** Of the partitioned table, e.g. `RANGE (at)`. */
  partitionKey: string | null
  columns: readonly SeedColumn[]
  keys: readonly ForeignKey[]
  checks: readonly { name: string; columns: readonly number[]; definition: string }[]
}

export type SeedColumn = {
  position: number
  name: string
  required: boolean
  defaulted: boolean
  /** Its default takes a number from a sequence: a made-up row must leave the sequence alone. */
  numbered: boolean
  /** A domain's own name, else null. */
  domain: string | null
  /** Without length, and of a domain its base. */
  type: string
  category: string
  /** Characters, or bits; null: no limit. The smaller of before and after. */
  length: number | null
  /** Digits before the point; null: no limit. */
  digits: number | null
  /** Those of before first: a way back may take new ones away. */
  labels: readonly string[]
  attributes: number
  /** Definitions of the domain's checks. */
  demands: readonly string[]
}

export type ForeignKey = {
  columns: readonly number[]
  parent: number
  parentName: string
  parentColumns: readonly string[]
}

/** Of those that are wanted and of all that their foreign keys lead to: a row of theirs may have to be there first. */
export async function readSeedTables(
  client: pg.ClientBase,
  { wanted, before, after }: { wanted: readonly { relation: number }[]; before: SeenState; after: SeenState },
): Promise<Map<number, SeedTable>> {
  const all = after.catalog.flatMap(({ kind, place }) => (kind === 'table' && place ? [place.relation] : []))
  const asked = wanted.map(({ relation }) => relation)
  const { rows } = await client.query<{ table: SeedTable }>(tablesQuery, [asked, all])
  const old = oldFits(before.catalog)
  return new Map(
    rows.map(({ table }) => {
      const columns = table.columns.map((column) => fitted(column, old(table.relation, column)))
      return [table.relation, { ...table, columns }]
    }),
  )
}

type OldFit = { length: number | null; labels: readonly string[] }

/** What an existing column could hold before: rows must fit that too, for the way back brings it about. */
function oldFits(before: Catalog) {
  const columns = new Map(
    before.flatMap(({ kind, place, properties }) =>
      kind === 'column' && place ? [[`${place.relation} ${place.position}`, String(properties.type)] as const] : [],
    ),
  )
  const enums = new Map(before.flatMap((type) => (type.kind === 'enum' ? [[type.name, labelsOf(type)]] : [])))
  return (relation: number, { position }: SeedColumn): OldFit => {
    const type = columns.get(`${relation} ${position}`) ?? ''
    const length = /\((\d+)\)$/.exec(type)?.[1]
    return { length: length === undefined ? null : Number(length), labels: enums.get(type) ?? [] }
  }
}

function fitted(column: SeedColumn, old: OldFit): SeedColumn {
  const lengths = [column.length, old.length].filter((length) => length !== null)
  const kept = column.labels.filter((label) => old.labels.includes(label))
  return {
    ...column,
    length: lengths.length === 0 ? null : Math.min(...lengths),
    labels: kept.length > 0 ? kept : column.labels,
  }
}

const tablesQuery = `
with recursive needed (oid) as (
  select unnest($1::oid[])
  union
  select k.confrelid from needed join pg_constraint k on k.conrelid = needed.oid and k.contype = 'f'
)
select jsonb_build_object(
  'relation', c.oid::bigint, 'name', format('%I.%I', n.nspname, c.relname), 'bound', pg_get_expr(c.relpartbound, c.oid),
  'partitionKey', (select pg_get_partkeydef(inhparent) from pg_inherits where inhrelid = c.oid and c.relispartition),
  'columns', coalesce((
    select jsonb_agg(jsonb_build_object(
      'position', a.attnum, 'name', quote_ident(a.attname), 'required', a.attnotnull or m.required,
      'defaulted', d.adbin is not null, 'numbered', a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) ~ '^nextval\\(',
      'domain', case when t.typtype = 'd' then t.typname end,
      'type', format_type(b.oid, null), 'category', b.typcategory,
      'length', case when b.typname in ('varchar', 'bpchar') then nullif(m.mod, -1) - 4
        when b.typname in ('bit', 'varbit') then nullif(m.mod, -1) end,
      'digits', case when b.typname = 'numeric' and m.mod <> -1 then ((m.mod - 4) >> 16) - ((m.mod - 4) & 2047) end,
      'labels', coalesce((select jsonb_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = b.oid), '[]'),
      'attributes', (select count(*) from pg_attribute where attrelid = nullif(b.typrelid, 0) and attnum > 0
        and not attisdropped),
      'demands', coalesce((select jsonb_agg(pg_get_constraintdef(k.oid) order by conname, k.oid) from pg_constraint k
        where contypid = any(m.types) and contype = 'c'), '[]')) order by a.attnum)
    from pg_attribute a join pg_type t on t.oid = a.atttypid
      cross join lateral (
        with recursive chain as (
          select 0 as depth, t.oid, t.typtype, t.typbasetype, t.typnotnull, a.atttypmod as mod
          union all
          select depth + 1, n.oid, n.typtype, n.typbasetype, n.typnotnull, greatest(chain.mod, o.typtypmod)
          from chain join pg_type o on o.oid = chain.oid join pg_type n on n.oid = chain.typbasetype
          where chain.typtype = 'd')
        select (array_agg(oid order by depth desc))[1] as base, (array_agg(mod order by depth desc))[1] as mod,
          array_agg(oid) as types, bool_or(typnotnull) as required from chain) m
      join pg_type b on b.oid = m.base
      left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
    where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''), '[]'),
  'keys', coalesce((
    select jsonb_agg(jsonb_build_object('columns', k.conkey, 'parent', k.confrelid::bigint,
      'parentName', format('%I.%I', pn.nspname, p.relname), 'parentColumns', (
        select jsonb_agg(quote_ident(attname) order by o) from unnest(k.confkey) with ordinality as f(num, o)
        join pg_attribute on attrelid = k.confrelid and attnum = f.num)) order by k.conname)
    from pg_constraint k join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace
    where k.conrelid = c.oid and k.contype = 'f'), '[]'),
  'checks', coalesce((
    select jsonb_agg(jsonb_build_object('name', conname, 'columns', coalesce(conkey, '{}'),
      'definition', pg_get_constraintdef(k.oid)) order by conname)
    from pg_constraint k where k.conrelid = c.oid and k.contype = 'c'), '[]')
) as table
from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid in (select oid from needed) and c.oid = any($2::oid[])`
