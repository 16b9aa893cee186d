import type { ClientBase } from 'pg'

/** Everything in schema `public`, from the catalog, in an order that depends on names alone. */
export async function dumpSchema(client: ClientBase): Promise<string> {
  const lines: string[] = []
  for (const sql of [columnsOfTables, constraints, indexes, views]) lines.push(...(await texts(client, sql)))
  return `${lines.join('\n')}\n`
}

async function texts(client: ClientBase, sql: string): Promise<string[]> {
  const { rows } = await client.query<{ text: string }>(sql)
  return rows.map((row) => row.text)
}

const columnsOfTables = `
  select format(E'create table %I (\\n%s\\n);\\n', c.relname, string_agg(
    format('  %I %s', a.attname, format_type(a.atttypid, a.atttypmod))
      || case when a.attidentity = 'a' then ' generated always as identity' else '' end
      || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
      || case when a.attnotnull then ' not null' else '' end,
    E',\\n' order by a.attnum)) as text
  from pg_class c
  join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
  group by c.relname order by c.relname collate "C"`

const constraints = `
  select format('alter table %s add constraint %I %s;', conrelid::regclass, conname, pg_get_constraintdef(oid)) as text
  from pg_constraint
  where connamespace = 'public'::regnamespace and contype in ('p', 'f', 'u', 'c')
  order by conrelid::regclass::text collate "C", conname collate "C"`

const indexes = `
  select indexdef || ';' as text from pg_indexes as i
  where schemaname = 'public'
    and not exists (select from pg_constraint where conname = i.indexname and contype in ('p', 'u'))
  order by indexname collate "C"`

const views = `
  select format(E'create view %I as\\n%s', viewname, definition) as text from pg_views
  where schemaname = 'public' order by viewname collate "C"`
