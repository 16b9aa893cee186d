import { apart, described, joined, own } from './scope.ts'

/** Each with whether it was checked against all values. */
const constraints = `(
  select contypid,
    jsonb_object_agg(quote_ident(conname), pg_get_constraintdef(k.oid) || ' ' || convalidated) as by_name,
    jsonb_object_agg(quote_ident(conname), about.description) filter (where about.description is not null) as comments
  from pg_constraint k
  left join comments about on about.objoid = k.oid and about.classoid = 'pg_constraint'::regclass
  where contypid <> 0 and contype <> 'n' group by contypid)`

/** In order: a value of the type is written in it. */
const attributes = `(
  select attrelid, jsonb_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
      case when attcollation <> typcollation then 'collate ' || attcollation::regcollation::text end) order by attnum) as list,
    jsonb_object_agg(quote_ident(attname), about.description) filter (where about.description is not null) as comments
  from pg_attribute a join pg_class c on c.oid = a.attrelid and c.relkind = 'c' join pg_type y on y.oid = a.atttypid
  left join comments about on about.objoid = a.attrelid and about.classoid = 'pg_class'::regclass
    and about.objsubid = a.attnum
  where ${own('attrelid')} and attnum > 0 and not attisdropped group by attrelid)`

const type = `
select case typtype when 'e' then 'enum' when 'd' then 'domain' when 'r' then 'range' else 'composite type' end,
  format('%I.%I', n.nspname, typname), null, null, null, jsonb_build_object(
    'labels', l.labels, 'base', format_type(nullif(typbasetype, 0), typtypmod),
    'not_null', case when typtype = 'd' then typnotnull end, 'default', typdefault,
    'collation', case when typtype = 'd' then (select case when b.typcollation <> y.typcollation
      then y.typcollation::regcollation::text end from pg_type b where b.oid = y.typbasetype) end,
    'constraints', k.by_name, 'constraint_comments', k.comments, 'attributes', a.list, 'attribute_comments', a.comments,
    'subtype', format_type(rngsubtype, null), 'multirange', format_type(rngmultitypid, null),
    'subtype_collation', nullif(rngcollation, 0)::regcollation::text, 'canonical', nullif(rngcanonical, 0)::regproc::text,
    'difference', nullif(rngsubdiff, 0)::regproc::text, 'operator_class', (
      select format('%I.%I', opcnamespace::regnamespace::text, opcname) from pg_opclass where oid = rngsubopc),
    ${described('typowner')})
from pg_type y join schemas n on n.oid = y.typnamespace left join pg_class c on c.oid = y.typrelid
left join (select enumtypid, jsonb_agg(enumlabel order by enumsortorder) as labels from pg_enum group by enumtypid) l
  on l.enumtypid = y.oid
left join ${constraints} k on k.contypid = y.oid
left join ${attributes} a on a.attrelid = c.oid
left join pg_range on rngtypid = y.oid ${joined('y.oid', 'pg_type')}
where ${own('y.oid')} and (typtype in ('e', 'd', 'r') or (typtype = 'c' and c.relkind = 'c')) and ${apart('y.oid', 'pg_type')}`

/** A type of its own kind; the arrays that come with every type are its own business. */
const baseType = `
select 'type', format('%I.%I', n.nspname, typname), null, null, null, jsonb_build_object(
  'made', typisdefined, 'input', typinput::text, 'output', typoutput::text, 'receive', typreceive::text,
  'send', typsend::text, 'modifier_input', typmodin::text, 'modifier_output', typmodout::text, 'analyze', typanalyze::text,
  'subscript', typsubscript::text, 'length', typlen, 'by_value', typbyval, 'alignment', typalign, 'storage', typstorage,
  'category', typcategory, 'preferred', typispreferred, 'delimiter', typdelim, 'default', typdefault,
  'element', format_type(nullif(typelem, 0), null), 'collatable', typcollation <> 0, ${described('typowner')})
from pg_type y join schemas n on n.oid = y.typnamespace ${joined('y.oid', 'pg_type')}
where ${own('y.oid')} and typtype in ('b', 'p') and ${apart('y.oid', 'pg_type')}
  and not exists (select from pg_type element where element.typarray = y.oid)`

const collation = `
select 'collation', format('%I.%I', n.nspname, collname), null, null, null, jsonb_build_object(
  'provider', case collprovider when 'i' then 'icu' when 'c' then 'libc' when 'b' then 'builtin' else 'default' end,
  'deterministic', collisdeterministic, 'encoding', nullif(collencoding, -1), 'collate', collcollate, 'ctype', collctype,
  'locale', coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale'),
  'rules', to_jsonb(c) ->> 'collicurules', ${described('collowner')})
from pg_collation c join schemas n on n.oid = c.collnamespace ${joined('c.oid', 'pg_collation')}
where ${own('c.oid')} and ${apart('c.oid', 'pg_collation')}`

const conversion = `
select 'conversion', format('%I.%I', n.nspname, conname), null, null, null, jsonb_build_object(
  'from', pg_encoding_to_char(conforencoding), 'to', pg_encoding_to_char(contoencoding), 'function', conproc::text,
  'by_default', condefault, ${described('conowner')})
from pg_conversion c join schemas n on n.oid = c.connamespace ${joined('c.oid', 'pg_conversion')}
where ${own('c.oid')} and ${apart('c.oid', 'pg_conversion')}`

export const types = [type, baseType, collation, conversion]
