import { described, enabled, joined, own } from './scope.ts'

/**
 * A NOT NULL that is validated is a property of its column; Postgres 18 also lists it here, under a name of its own.
 * For a foreign key to a partitioned table there is one more of each partition, on the same table: an inner matter.
 */
const constraint = `
select 'constraint', t.path || '.' || quote_ident(k.conname), t.path, null, null, jsonb_build_object(
  'definition', pg_get_constraintdef(k.oid), 'validated', k.convalidated, 'enforced', case when off.oid is not null
    then false end, 'inherited', case when not k.conislocal then true end, ${described(null)})
from pg_constraint k join tables t on t.oid = k.conrelid
left join pg_constraint whole on whole.oid = nullif(k.conparentid, 0)
left join (select distinct tgconstraint as oid from pg_trigger where tgisinternal and tgenabled <> 'O') off
  on off.oid = k.oid ${joined('k.oid', 'pg_constraint')}
where k.contype <> 't' and whole.conrelid is distinct from k.conrelid
  and not (k.contype = 'n' and k.convalidated and not k.connoinherit and said.comment is null)`

const index = `
select 'index', i.path, t.path, null, null, jsonb_build_object(
  'definition', pg_get_indexdef(i.oid), 'valid', indisvalid, 'ready', indisready, 'clustered', indisclustered,
  'replica_identity', indisreplident, 'part_of', inhparent::regclass::text, 'statistics', targets.by_column,
  'tablespace', (select quote_ident(spcname) from pg_tablespace where oid = nullif(i.reltablespace, 0)), ${described(null)})
from pg_index x join relations i on i.oid = x.indexrelid join relations t on t.oid = x.indrelid
left join pg_inherits on inhrelid = i.oid
left join (
  select attrelid, jsonb_object_agg(attname, attstattarget) as by_column from pg_attribute
  where ${own('attrelid')} and attstattarget >= 0
  group by attrelid) targets on targets.attrelid = i.oid ${joined('i.oid', 'pg_class')}`

const trigger = `
select 'trigger', r.path || '.' || quote_ident(tgname), r.path, null, null, jsonb_build_object(
  'definition', pg_get_triggerdef(g.oid), 'enabled', ${enabled('tgenabled')},
  'inherited', case when tgparentid <> 0 then true end, ${described(null)})
from pg_trigger g join relations r on r.oid = g.tgrelid ${joined('g.oid', 'pg_trigger')} where not tgisinternal`

const policy = `
select 'policy', t.path || '.' || quote_ident(polname), t.path, null, null, jsonb_build_object(
  'command', case polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete'
    else 'all' end,
  'permissive', polpermissive, 'using', pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid),
  'roles', (select jsonb_agg(role order by role) from (
    select case when r = 0 then 'public' else quote_ident(pg_get_userbyid(r)) end as role from unnest(polroles) as r)
    as named), ${described(null)})
from pg_policy p join tables t on t.oid = p.polrelid ${joined('p.oid', 'pg_policy')}`

const rule = `
select 'rule', r.path || '.' || quote_ident(rulename), r.path, null, null, jsonb_build_object(
  'definition', pg_get_ruledef(w.oid), 'enabled', ${enabled('ev_enabled')}, ${described(null)})
from pg_rewrite w join relations r on r.oid = w.ev_class ${joined('w.oid', 'pg_rewrite')}
where rulename <> '_RETURN'`

const statistics = `
select 'statistics', format('%I.%I', n.nspname, stxname), r.path, null, null, jsonb_build_object(
  'definition', pg_get_statisticsobjdef(s.oid), 'target', nullif(stxstattarget, -1), ${described('stxowner')})
from pg_statistic_ext s join relations r on r.oid = s.stxrelid join schemas n on n.oid = s.stxnamespace
${joined('s.oid', 'pg_statistic_ext')}`

export const onRelations = [constraint, index, trigger, policy, rule, statistics]
