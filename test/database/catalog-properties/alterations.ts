import type { Alteration } from './alteration.ts'
import { ofDatabaseAndRelations } from './of-database-and-relations.ts'
import { ofTypesAndRoutines } from './of-types-and-routines.ts'

const owned: Readonly<Record<string, string>> = {
  schema: 'schema p',
  'event trigger': 'event trigger p_ddl',
  publication: 'publication p_pub',
  subscription: 'subscription p_sub',
  table: 'table p.t',
  view: 'view p.v',
  'materialized view': 'materialized view p.m',
  sequence: 'sequence p.s',
  statistics: 'statistics p.of_t',
  domain: 'domain p.d',
  enum: 'type p.e',
  range: 'type p.r',
  'composite type': 'type p.c',
  collation: 'collation p.icu',
  conversion: 'conversion p.cv',
  function: 'function p.f(p.c)',
  aggregate: 'aggregate p.ag(int)',
  operator: 'operator p.===(int, int)',
  'operator family': 'operator family p.of using hash',
  'operator class': 'operator class p.oc using hash',
  language: 'language p_lang',
  type: 'type p.b',
  'text search dictionary': 'text search dictionary p.td',
  'text search configuration': 'text search configuration p.tc',
  'foreign data wrapper': 'foreign data wrapper p_fdw2',
  server: 'server p_two',
}

const described: Readonly<Record<string, string>> = {
  ...owned,
  extension: 'extension plpgsql',
  'view column': 'column p.m.name',
  column: 'column p.t.a',
  constraint: 'constraint positive on p.t',
  index: 'index p.t_a',
  trigger: 'trigger on_t on p.t',
  policy: 'policy mine on p.t',
  rule: 'rule quiet on p.t',
  cast: 'cast (p.c as int)',
  transform: 'transform for int language sql',
  'access method': 'access method p_am',
  'text search parser': 'text search parser p.ps',
  'text search template': 'text search template p.tt',
}

const granted: Readonly<Record<string, string>> = {
  schema: 'usage on schema p',
  table: 'select on p.t',
  column: 'select (a) on p.t',
  view: 'select on p.v',
  'materialized view': 'select on p.m',
  'view column': 'select (name) on p.m',
  sequence: 'usage on sequence p.s',
  domain: 'all on type p.d',
  enum: 'all on type p.e',
  range: 'all on type p.r',
  type: 'all on type p.b',
  'composite type': 'all on type p.c',
  function: 'execute on function p.f',
  aggregate: 'execute on function p.ag',
  language: 'usage on language p_lang',
  'foreign data wrapper': 'usage on foreign data wrapper p_fdw2',
  server: 'usage on foreign server p_two',
}

const each = (of: Readonly<Record<string, string>>, make: (kind: string, what: string) => Alteration) =>
  Object.entries(of).map(([kind, what]) => make(kind, what))

export const alterations: readonly Alteration[] = [
  ...each(owned, (kind, what) => [`${kind} owner`, `alter ${what} owner to :role:`]),
  ...each(described, (kind, what) => [`${kind} comment`, `comment on ${what} is 'other'`]),
  ...each(granted, (kind, what) => [
    `${kind} access`,
    kind === 'language'
      ? `update pg_language set lanpltrusted = true; grant ${what} to pg_monitor; update pg_language set lanpltrusted = false where lanname = 'p_lang'`
      : `grant ${what} to pg_monitor`,
  ]),
  ...ofDatabaseAndRelations,
  ...ofTypesAndRoutines,
]
