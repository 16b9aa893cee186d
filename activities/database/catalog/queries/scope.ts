/** Objects of the server itself have lower numbers: thousands, which no part has to read. */
export const own = (oid: string) => `${oid} >= 16384`

/**
 * What all parts of the catalog's query share. `own` is the migration tool's history table, which is not part of the
 * schema that is compared: $1 its schema, $2 its name. What an extension brought is the extension's business; it is
 * named with its version. Each CTE is read once and joined: a look-up per row costs seconds with a thousand tables.
 */
export const scope = `
with own as (
  select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = $1 and c.relname = $2
),
own_relations as (
  select oid from own
  union select indexrelid from pg_index where indrelid in (select oid from own)
  union select objid from pg_depend
    where classid = 'pg_class'::regclass and refclassid = 'pg_class'::regclass and deptype in ('a', 'i')
      and refobjid in (select oid from own)
),
extension_owned as (
  select classid, objid from pg_depend where refclassid = 'pg_extension'::regclass and deptype = 'e'
),
schemas as (
  select n.* from pg_namespace n
  where n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'
    and not exists (select from extension_owned e where e.classid = 'pg_namespace'::regclass and e.objid = n.oid)
),
relations as (
  select c.*, format('%I.%I', n.nspname, c.relname) as path from pg_class c join schemas n on n.oid = c.relnamespace
  where ${own('c.oid')} and not exists (select from own_relations o where o.oid = c.oid)
    and not exists (select from extension_owned e where e.classid = 'pg_class'::regclass and e.objid = c.oid)
),
tables as (select * from relations where relkind in ('r', 'p', 'f')),
comments as (
  select * from pg_description where ${own('objoid')}
  -- And on what every database begins with.
  union all select * from pg_description where not ${own('objoid')}
    and objoid = any(array(select oid from pg_namespace union all select oid from pg_extension))
    and classoid in ('pg_namespace'::regclass, 'pg_extension'::regclass)
),
access_lists as (
  select 'pg_class'::regclass as class, oid, 0 as sub, case relkind when 'S' then 's' else 'r' end::"char" as type,
    relowner as owner, relacl as acl from relations where relacl is not null
  union all select 'pg_class'::regclass, a.attrelid, a.attnum, 'c', r.relowner, a.attacl
    from pg_attribute a join relations r on r.oid = a.attrelid where ${own('a.attrelid')} and a.attacl is not null
  union all select 'pg_namespace'::regclass, oid, 0, 'n', nspowner, nspacl from schemas where nspacl is not null
  union all select 'pg_proc'::regclass, oid, 0, 'f', proowner, proacl from pg_proc where ${own('oid')} and proacl is not null
  union all select 'pg_type'::regclass, oid, 0, 'T', typowner, typacl from pg_type where ${own('oid')} and typacl is not null
  union all select 'pg_language'::regclass, oid, 0, 'l', lanowner, lanacl from pg_language where lanacl is not null
  union all select 'pg_foreign_data_wrapper'::regclass, oid, 0, 'F', fdwowner, fdwacl from pg_foreign_data_wrapper
    where fdwacl is not null
  union all select 'pg_foreign_server'::regclass, oid, 0, 'S', srvowner, srvacl from pg_foreign_server
    where srvacl is not null
  union all select 'pg_default_acl'::regclass, oid, 0, case defaclobjtype when 'S' then 's' else defaclobjtype end,
    defaclrole, defaclacl from pg_default_acl
),
-- How many privileges there are is the server's business (MAINTAIN came with 17): who has every one has ALL. A list that
-- says what holds without any is no list.
granted as (
  select class, oid, sub, coalesce(jsonb_object_agg(holder, privileges) filter (where holder is not null), '{}') as held
  from (
    select l.class, l.oid, l.sub,
      case g.grantee when 0 then 'public' when l.owner then 'the owner' else quote_ident(pg_get_userbyid(g.grantee)) end
        || case when g.grantor <> l.owner then ' from ' || quote_ident(pg_get_userbyid(g.grantor)) else '' end as holder,
      case when count(*) = (select count(*) from aclexplode(acldefault(l.type, l.owner)) o where o.grantee = l.owner)
        and bool_or(g.is_grantable) = bool_and(g.is_grantable)
        then 'ALL' || case when bool_or(g.is_grantable) then ' (may grant)' else '' end
        else string_agg(g.privilege_type || case when g.is_grantable then ' (may grant)' else '' end, ', '
          order by g.privilege_type) end as privileges
    from access_lists l left join lateral aclexplode(l.acl) g on true
    where l.class = 'pg_default_acl'::regclass or cardinality(l.acl) = 0
      or not (l.acl @> acldefault(l.type, l.owner) and l.acl <@ acldefault(l.type, l.owner))
    group by l.class, l.oid, l.sub, l.type, l.owner, g.grantee, g.grantor
  ) as each group by class, oid, sub
),
-- Both in one: every part joins it, and in a small schema a join costs more than the rows that it finds.
said as (
  select coalesce(c.classoid, g.class::oid) as class, coalesce(c.objoid, g.oid) as oid, coalesce(c.objsubid, g.sub) as sub,
    c.description as comment, g.held as access
  from comments c full join granted g on g.class = c.classoid and g.oid = c.objoid and g.sub = c.objsubid
)`

/** Who owns it, who may do what with it, and what is said about it; needs `joined` of the same object. */
export const described = (owner: string | null) =>
  `${owner === null ? '' : `'owner', pg_get_userbyid(${owner}), `}'access', said.access, 'comment', said.comment`

/** Its comment and its access list; `sub` is the number of a column. */
export const joined = (oid: string, catalog: string, sub = '0') => `
left join said on said.oid = ${oid} and said.class = '${catalog}'::regclass and said.sub = ${sub}`

/** Not brought by an extension. */
export const apart = (oid: string, catalog: string) =>
  `not exists (select from extension_owned e where e.classid = '${catalog}'::regclass and e.objid = ${oid})`

/** By name. A value under a name that speaks of a secret stays where it is. */
export const options = (column: string) => `case when ${column} is not null then (
  select jsonb_object_agg(option_name, case when option_name ~* '(pass|secret|token|credential|key)$' then '(not shown)'
    else option_value end) from pg_options_to_table(${column})) end`

/** When a trigger, a rule or an event trigger fires. */
export const enabled = (column: string) =>
  `case ${column} when 'O' then 'yes' when 'D' then 'no' when 'R' then 'on replicas only' else 'always' end`
