/**
 * The catalog in plain SQL: each query gives rows (kind, name, table, relation, position, properties). `own` is the
 * migration tool's history table, which is not part of the schema that is compared: $1 its schema, $2 its name.
 * What an extension brought is the extension's business; it is named with its version.
 */
const scope = `
with own as (
  select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
),
extension_owned as (
  select classid, objid from pg_depend where deptype = 'e'
),
schemas as (
  select n.* from pg_namespace n
  where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
    and not exists (select from extension_owned e where e.classid = 'pg_namespace'::regclass and e.objid = n.oid)
),
relations as (
  select c.*, format('%I.%I', n.nspname, c.relname) as path from pg_class c join schemas n on n.oid = c.relnamespace
  where c.oid not in (select oid from own)
    and not exists (select from extension_owned e where e.classid = 'pg_class'::regclass and e.objid = c.oid)
    and not exists (
      select from pg_depend d where d.classid = 'pg_class'::regclass and d.objid = c.oid
        and d.refclassid = 'pg_class'::regclass and d.refobjid in (select oid from own) and d.deptype in ('a', 'i')
    )
    and not exists (select from pg_index i where i.indexrelid = c.oid and i.indrelid in (select oid from own))
),
tables as (select * from relations where relkind in ('r', 'p', 'f'))`

const owner = (column: string) => `'owner', pg_get_userbyid(${column})`
const access = (column: string) =>
  `'access', (select jsonb_agg(grant_text order by grant_text) from unnest(${column}::text[]) as grant_text)`
const comment = (oid: string, catalog: string) => `'comment', obj_description(${oid}, '${catalog}')`
const options = (column: string) => `'options', to_jsonb((select array_agg(o order by o) from unnest(${column}) as o))`

const schema = `
select 'schema' as kind, quote_ident(nspname) as name, null as "table", null::int as relation, null::int as position,
  jsonb_build_object(${owner('nspowner')}, ${access('nspacl')}, ${comment('oid', 'pg_namespace')}) as properties
from schemas`

const extension = `
select 'extension', quote_ident(extname), null, null, null,
  jsonb_build_object('version', extversion, 'schema', extnamespace::regnamespace::text)
from pg_extension`

const table = `
select 'table', path, null, oid::bigint, 0, jsonb_build_object(
  'type', case relkind when 'p' then 'partitioned' when 'f' then 'foreign' else 'plain' end,
  'persistence', relpersistence, 'row_security', relrowsecurity, 'force_row_security', relforcerowsecurity,
  'replica_identity', relreplident, 'partition_key', pg_get_partkeydef(oid),
  'partition_bound', pg_get_expr(relpartbound, oid),
  'inherits', (select jsonb_agg(inhparent::regclass::text order by inhseqno) from pg_inherits where inhrelid = tables.oid),
  ${options('reloptions')}, ${owner('relowner')}, ${access('relacl')}, ${comment('oid', 'pg_class')})
from tables`

const column = `
select 'column', path || '.' || quote_ident(attname), path, attrelid::bigint, attnum::int, jsonb_build_object(
  'column', quote_ident(attname), 'type', format_type(atttypid, atttypmod), 'not_null', attnotnull,
  'default', case when attgenerated = '' then pg_get_expr(d.adbin, d.adrelid) end,
  'generated', case when attgenerated = '' then '' else attgenerated::text || ': ' || pg_get_expr(d.adbin, d.adrelid) end,
  'identity', attidentity, 'collation', nullif(attcollation, 0)::regcollation::text, 'statistics', nullif(attstattarget, -1),
  'storage', attstorage, ${options('attoptions')}, ${access('attacl')}, 'comment', col_description(attrelid, attnum))
from pg_attribute a join tables t on t.oid = a.attrelid left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
where attnum > 0 and not attisdropped`

// A NOT NULL that is validated is a property of its column; Postgres 18 also lists it here, under a name of its own.
const constraint = `
select 'constraint', path || '.' || quote_ident(conname), path, null, null, jsonb_build_object(
  'definition', pg_get_constraintdef(k.oid), 'validated', convalidated, ${comment('k.oid', 'pg_constraint')})
from pg_constraint k join tables t on t.oid = k.conrelid
where contype <> 't' and not (contype = 'n' and convalidated)`

const index = `
select 'index', i.path, t.path, null, null, jsonb_build_object(
  'definition', pg_get_indexdef(i.oid), 'valid', indisvalid, 'ready', indisready, 'clustered', indisclustered,
  'replica_identity', indisreplident, ${comment('i.oid', 'pg_class')})
from pg_index x join relations i on i.oid = x.indexrelid join relations t on t.oid = x.indrelid`

const view = `
select case relkind when 'm' then 'materialized view' else 'view' end, path, null, null, null, jsonb_build_object(
  'definition', pg_get_viewdef(oid), ${options('reloptions')}, ${owner('relowner')}, ${access('relacl')},
  ${comment('oid', 'pg_class')})
from relations where relkind in ('v', 'm')`

const sequence = `
select 'sequence', path, null, null, null, jsonb_build_object(
  'type', format_type(seqtypid, null), 'start', seqstart, 'increment', seqincrement, 'min', seqmin, 'max', seqmax,
  'cache', seqcache, 'cycle', seqcycle, 'persistence', relpersistence, 'owned_by', (
    select d.refobjid::regclass::text || '.' || quote_ident(a.attname)
    from pg_depend d join pg_attribute a on a.attrelid = d.refobjid and a.attnum = d.refobjsubid
    where d.classid = 'pg_class'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
      and d.deptype in ('a', 'i') limit 1),
  ${owner('relowner')}, ${access('relacl')}, ${comment('r.oid', 'pg_class')})
from pg_sequence s join relations r on r.oid = s.seqrelid`

const type = `
select case typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' else 'composite type' end,
  format('%I.%I', n.nspname, typname), null, null, null, jsonb_strip_nulls(jsonb_build_object(
    'labels', (select jsonb_agg(enumlabel order by enumsortorder) from pg_enum where enumtypid = y.oid),
    'base', format_type(nullif(typbasetype, 0), typtypmod), 'not_null', typnotnull, 'default', typdefault,
    'constraints', (select jsonb_object_agg(conname, pg_get_constraintdef(k.oid) || ' ' || convalidated)
      from pg_constraint k where contypid = y.oid and contype <> 'n'),
    'attributes', (select jsonb_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) order by attnum)
      from pg_attribute where attrelid = nullif(typrelid, 0) and attnum > 0 and not attisdropped),
    'subtype', (select format_type(rngsubtype, null) from pg_range where rngtypid = y.oid),
    ${owner('typowner')}, ${access('typacl')}, ${comment('y.oid', 'pg_type')}))
from pg_type y join schemas n on n.oid = y.typnamespace left join pg_class c on c.oid = y.typrelid
where (typtype in ('e', 'd', 'r') or (typtype = 'c' and c.relkind = 'c'))
  and not exists (select from extension_owned e where e.classid = 'pg_type'::regclass and e.objid = y.oid)`

const routine = `
select case prokind when 'p' then 'procedure' when 'a' then 'aggregate' else 'function' end,
  format('%I.%I(%s)', n.nspname, proname, pg_get_function_identity_arguments(p.oid)), null, null, null,
  jsonb_build_object(
    'definition', case when prokind = 'a' then (
      select concat_ws(' ', aggtransfn, aggfinalfn, format_type(aggtranstype, null), agginitval)
      from pg_aggregate where aggfnoid = p.oid) else pg_get_functiondef(p.oid) end,
    ${owner('proowner')}, ${access('proacl')}, ${comment('p.oid', 'pg_proc')})
from pg_proc p join schemas n on n.oid = p.pronamespace
where not exists (select from extension_owned e where e.classid = 'pg_proc'::regclass and e.objid = p.oid)`

const trigger = `
select 'trigger', path || '.' || quote_ident(tgname), path, null, null, jsonb_build_object(
  'definition', pg_get_triggerdef(g.oid), 'enabled', tgenabled, ${comment('g.oid', 'pg_trigger')})
from pg_trigger g join relations r on r.oid = g.tgrelid where not tgisinternal`

const policy = `
select 'policy', path || '.' || quote_ident(polname), path, null, null, jsonb_build_object(
  'command', polcmd, 'permissive', polpermissive, 'using', pg_get_expr(polqual, polrelid),
  'check', pg_get_expr(polwithcheck, polrelid),
  'roles', (select jsonb_agg(role order by role) from (
    select case when r = 0 then 'public' else pg_get_userbyid(r)::text end as role from unnest(polroles) as r) as named))
from pg_policy p join tables t on t.oid = p.polrelid`

const rule = `
select 'rule', path || '.' || quote_ident(rulename), path, null, null,
  jsonb_build_object('definition', pg_get_ruledef(w.oid), 'enabled', ev_enabled)
from pg_rewrite w join relations r on r.oid = w.ev_class where rulename <> '_RETURN'`

const statistics = `
select 'statistics', format('%I.%I', n.nspname, stxname), path, null, null,
  jsonb_build_object('definition', pg_get_statisticsobjdef(s.oid))
from pg_statistic_ext s join tables t on t.oid = s.stxrelid join schemas n on n.oid = s.stxnamespace`

const eventTrigger = `
select 'event trigger', quote_ident(evtname), null, null, null, jsonb_build_object(
  'event', evtevent, 'function', evtfoid::regprocedure::text, 'enabled', evtenabled, 'tags', to_jsonb(evttags))
from pg_event_trigger v
where not exists (select from extension_owned e where e.classid = 'pg_event_trigger'::regclass and e.objid = v.oid)`

const publication = `
select 'publication', quote_ident(pubname), null, null, null, jsonb_build_object(
  'all_tables', puballtables, 'insert', pubinsert, 'update', pubupdate, 'delete', pubdelete, 'truncate', pubtruncate,
  'tables', (select jsonb_agg(prrelid::regclass::text order by prrelid::regclass::text) from pg_publication_rel
    where prpubid = p.oid))
from pg_publication p`

const defaultAccess = `
select 'default access', format('%s %s %s', pg_get_userbyid(defaclrole), nullif(defaclnamespace, 0)::regnamespace,
  defaclobjtype), null, null, null, jsonb_build_object(${access('defaclacl')})
from pg_default_acl`

const parts = [
  schema,
  extension,
  table,
  column,
  constraint,
  index,
  view,
  sequence,
  type,
  routine,
  trigger,
  policy,
  rule,
  statistics,
  eventTrigger,
  publication,
  defaultAccess,
]

/** One statement, one snapshot. Physical order for people who read the file: as Postgres gives it, by kind. */
export const catalogQuery = `${scope}\n${parts.join('\nunion all')}`
