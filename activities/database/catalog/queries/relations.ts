import { described, joined, options, own } from './scope.ts'

const parents = `(
  select inhrelid, jsonb_agg(inhparent::regclass::text order by inhseqno) as names, bool_or(inhdetachpending) as detaching
  from pg_inherits group by inhrelid)`

const tablespace = (column: string) =>
  `'tablespace', (select quote_ident(spcname) from pg_tablespace where oid = nullif(${column}, 0))`

const accessMethod = (column: string) =>
  `'access_method', (select nullif(amname, 'heap') from pg_am where oid = nullif(${column}, 0))`

const table = `
select 'table', t.path, null, t.oid::bigint, 0, jsonb_build_object(
  'type', case t.relkind when 'p' then 'partitioned' when 'f' then 'foreign' else 'plain' end,
  'persistence', case t.relpersistence when 'u' then 'unlogged' end,
  'row_security', t.relrowsecurity, 'force_row_security', t.relforcerowsecurity,
  'replica_identity', case t.relreplident when 'n' then 'nothing' when 'f' then 'full' when 'i' then 'an index' end,
  'partition_key', pg_get_partkeydef(t.oid), 'partition_bound', pg_get_expr(t.relpartbound, t.oid),
  'inherits', i.names, 'detaching', nullif(i.detaching, false), 'of_type', format_type(nullif(t.reloftype, 0), null),
  'options', ${options('t.reloptions')}, 'toast_options', ${options('toast.reloptions')},
  ${tablespace('t.reltablespace')}, ${accessMethod('t.relam')},
  'server', (select quote_ident(srvname) from pg_foreign_server where oid = f.ftserver),
  'foreign_options', ${options('f.ftoptions')}, ${described('t.relowner')})
from tables t
left join ${parents} i on i.inhrelid = t.oid
left join pg_class toast on toast.oid = nullif(t.reltoastrelid, 0)
left join pg_foreign_table f on f.ftrelid = t.oid ${joined('t.oid', 'pg_class')}`

const columnJoins = `
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum ${joined('a.attrelid', 'pg_class', 'a.attnum')}
where ${own('a.attrelid')} and a.attnum > 0 and not a.attisdropped`

const columnDetails = `
  'statistics', nullif(a.attstattarget, -1),
  'storage', case when a.attstorage <> y.typstorage then
    case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'm' then 'main' else 'extended' end end,
  'compression', case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
  'options', ${options('a.attoptions')}, ${described(null)}`

/** \`identity\` and \`generated\` are '' where they are none. */
const column = `
select 'column', t.path || '.' || quote_ident(attname), t.path, a.attrelid::bigint, a.attnum::int, jsonb_build_object(
  'column', quote_ident(attname), 'type', format_type(atttypid, atttypmod), 'not_null', attnotnull,
  'default', case when attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
  'generated', case when attgenerated = '' then '' else attgenerated::text || ': ' || pg_get_expr(d.adbin, d.adrelid) end,
  'identity', attidentity, 'collation', case when attcollation <> typcollation then attcollation::regcollation::text end,
  'inherited', case when not attislocal then true end, 'foreign_options', ${options('a.attfdwoptions')}, ${columnDetails})
from pg_attribute a join tables t on t.oid = a.attrelid join pg_type y on y.oid = a.atttypid ${columnJoins}`

/** A view's columns are in its definition; here is only what was said about them apart from it. */
const viewColumn = `
select 'view column', v.path || '.' || quote_ident(attname), v.path, null, null, jsonb_build_object(
  'default', pg_get_expr(d.adbin, d.adrelid), ${columnDetails})
from pg_attribute a join relations v on v.oid = a.attrelid and v.relkind in ('v', 'm')
join pg_type y on y.oid = a.atttypid ${columnJoins}
  and (d.oid is not null or said.comment is not null or said.access is not null or a.attstattarget >= 0
    or a.attoptions is not null or a.attcompression <> '' or a.attstorage <> y.typstorage)`

const view = `
select case v.relkind when 'm' then 'materialized view' else 'view' end, v.path, null, null, null, jsonb_build_object(
  'definition', pg_get_viewdef(v.oid), 'options', ${options('v.reloptions')},
  'filled', case when not v.relispopulated then false end,
  ${tablespace('v.reltablespace')}, ${accessMethod('v.relam')}, ${described('v.relowner')})
from relations v ${joined('v.oid', 'pg_class')} where v.relkind in ('v', 'm')`

const sequence = `
select 'sequence', r.path, null, null, null, jsonb_build_object(
  'type', format_type(seqtypid, null), 'start', seqstart, 'increment', seqincrement, 'min', seqmin, 'max', seqmax,
  'cache', seqcache, 'cycle', seqcycle, 'persistence', case r.relpersistence when 'u' then 'unlogged' end,
  'owned_by', o.path || '.' || quote_ident(a.attname), ${described('r.relowner')})
from pg_sequence s join relations r on r.oid = s.seqrelid
left join pg_depend d on d.classid = 'pg_class'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
  and d.refobjsubid > 0 and d.deptype in ('a', 'i')
left join relations o on o.oid = d.refobjid
left join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid ${joined('r.oid', 'pg_class')}`

export const relations = [table, column, view, viewColumn, sequence]
