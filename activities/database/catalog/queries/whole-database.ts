import { apart, described, enabled, joined } from './scope.ts'

const schema = `
select 'schema' as kind, quote_ident(nspname) as name, null as "table", null::bigint as relation, null::int as position,
  jsonb_build_object(${described('nspowner')}) as properties
from schemas n ${joined('n.oid', 'pg_namespace')}`

/** Who installed it is no part of it: pg_dump does not bring that back either. */
const extension = `
select 'extension', quote_ident(extname), null, null, null, jsonb_build_object(
  'version', extversion, 'schema', extnamespace::regnamespace::text, 'comment', said.comment)
from pg_extension x ${joined('x.oid', 'pg_extension')}`

const eventTrigger = `
select 'event trigger', quote_ident(evtname), null, null, null, jsonb_build_object(
  'event', evtevent, 'function', evtfoid::regprocedure::text, 'enabled', ${enabled('evtenabled')},
  'tags', to_jsonb(evttags), ${described('evtowner')})
from pg_event_trigger v ${joined('v.oid', 'pg_event_trigger')} where ${apart('v.oid', 'pg_event_trigger')}`

/** Row filters, lists of columns and whole schemas came with Postgres 15. */
const publication = (version: number) => `
select 'publication', quote_ident(pubname), null, null, null, jsonb_build_object(
  'all_tables', puballtables, 'insert', pubinsert, 'update', pubupdate, 'delete', pubdelete, 'truncate', pubtruncate,
  'via_root', pubviaroot, 'generated_columns', nullif(to_jsonb(p) ->> 'pubgencols', 'n'),
  ${
    version < 150_000
      ? `'tables', (select jsonb_object_agg(prrelid::regclass::text, 'all') from pg_publication_rel where prpubid = p.oid),`
      : `'tables', (
    select jsonb_object_agg(prrelid::regclass::text, jsonb_strip_nulls(jsonb_build_object(
      'where', pg_get_expr(prqual, prrelid), 'columns', (
        select jsonb_agg(quote_ident(attname) order by attname) from pg_attribute
        where attrelid = prrelid and attnum = any(prattrs::int2[]))))) from pg_publication_rel where prpubid = p.oid),
  'schemas', (
    select jsonb_agg(pnnspid::regnamespace::text order by pnnspid::regnamespace::text) from pg_publication_namespace
    where pnpubid = p.oid),`
  }
  ${described('pubowner')})
from pg_publication p ${joined('p.oid', 'pg_publication')}`

/** Its address is a secret, and whether it runs is the business of whoever operates it. */
const subscription = `
select 'subscription', quote_ident(subname), null, null, null, jsonb_build_object(
  'publications', (select jsonb_agg(name order by name) from unnest(subpublications) as name), 'slot', subslotname,
  ${described('subowner')})
from pg_subscription s ${joined('s.oid', 'pg_subscription')}
where subdbid = (select oid from pg_database where datname = current_database())`

const defaultAccess = `
select 'default access', format('of %I to %s%s', pg_get_userbyid(defaclrole), case defaclobjtype when 'r' then 'tables'
    when 'S' then 'sequences' when 'f' then 'functions' when 'T' then 'types' when 'n' then 'schemas'
    else 'large objects' end, ' in ' || nullif(defaclnamespace, 0)::regnamespace::text), null, null, null,
  jsonb_build_object(${described(null)})
from pg_default_acl d ${joined('d.oid', 'pg_default_acl')}`

export const wholeDatabase = (version: number) => [
  schema,
  extension,
  eventTrigger,
  publication(version),
  subscription,
  defaultAccess,
]
