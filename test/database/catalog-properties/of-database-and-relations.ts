import type { Alteration } from './alteration.ts'

export const ofDatabaseAndRelations: readonly Alteration[] = [
  ['default access access', 'alter default privileges for role :role: in schema p grant insert on tables to :role:'],
  ['event trigger event', ddl('on sql_drop execute function p.on_ddl()')],
  ['event trigger function', ddl('on ddl_command_end execute function p.on_other()')],
  ['event trigger tags', ddl(`on ddl_command_end when tag in ('CREATE TABLE') execute function p.on_ddl()`)],
  ['publication all_tables', 'drop publication p_pub; create publication p_pub for all tables'],
  ...['insert', 'update', 'delete', 'truncate'].map(
    (one): Alteration => [
      `publication ${one}`,
      `alter publication p_pub set (publish = '${['insert', 'update', 'delete', 'truncate'].filter((other) => other !== one).join(', ')}')`,
    ],
  ),
  ['publication via_root', 'alter publication p_pub set (publish_via_partition_root = true)'],
  ['publication generated_columns', 'alter publication p_pub set (publish_generated_columns = stored)'],
  ['subscription publications', 'alter subscription p_sub set publication two with (refresh = false)'],
  ['subscription slot', `alter subscription p_sub set (slot_name = 'two')`],

  ['table partition_key, table type', 'drop table p.apart; create table p.apart (a int)'],
  ['table detaching', `update pg_inherits set inhdetachpending = true where inhrelid = 'p.part'::regclass`],
  ['table tablespace', 'alter table p.t set tablespace :space:'],
  ['table access_method', 'alter table p.t set access method p_heap'],
  ['table server', 'drop foreign table p.ft; create foreign table p.ft (a int) server p_two'],
  ['column inherited', 'drop table p.child; create table p.child (a int, b int) inherits (p.parent)'],
  ['materialized view tablespace', 'alter materialized view p.m set tablespace :space:'],
  ['materialized view access_method', 'alter materialized view p.m set access method p_heap'],
  ['view column statistics', 'alter materialized view p.m alter name set statistics 7'],
  ['view column storage', 'alter materialized view p.m alter name set storage plain'],
  ['view column compression', 'alter materialized view p.m alter name set compression pglz'],
  ['view column options', 'alter materialized view p.m alter name set (n_distinct = 7)'],
  ['sequence max, sequence type', 'alter sequence p.s as int'],
  ['sequence start', 'alter sequence p.s start 7'],
  ['sequence min', 'alter sequence p.s minvalue -7'],
  ['sequence max', 'alter sequence p.s maxvalue 7'],
  ['sequence cache', 'alter sequence p.s cache 7'],
  ['sequence cycle', 'alter sequence p.s cycle'],
  ['sequence persistence', 'alter sequence p.s set unlogged'],

  [
    'constraint definition, constraint validated',
    `update pg_constraint set convalidated = false where conname = 'positive'`,
  ],
  ['constraint inherited', `update pg_constraint set conislocal = false where conname = 'positive'`],
  ['index definition', 'drop index p.t_a; create index t_a on p.t (a desc)'],
  ['index ready', `update pg_index set indisready = false where indexrelid = 'p.t_a'::regclass`],
  ['index replica_identity', `update pg_index set indisreplident = true where indexrelid = 'p.t_id'::regclass`],
  ['index part_of, index valid', 'alter index p.parted_a attach partition p.part_a'],
  ['index tablespace', 'alter index p.t_a set tablespace :space:'],
  [
    'trigger definition',
    'drop trigger on_t on p.t; create trigger on_t after update on p.t for each row execute function p.on_row()',
  ],
  ['trigger inherited', `update pg_trigger set tgparentid = 1 where tgname = 'on_part'`],
  ['policy command', mine('for update with check (a > 0)')],
  ['policy permissive', mine('as restrictive for insert with check (a > 0)')],
  ['policy check', 'alter policy mine on p.t with check (a > 1)'],
  ['rule definition', 'create or replace rule quiet as on delete to p.t do also nothing'],
  ['statistics definition', 'drop statistics p.of_t; create statistics p.of_t (dependencies) on id, a from p.t'],
]

function ddl(when: string): string {
  return `drop event trigger p_ddl; create event trigger p_ddl ${when}`
}

function mine(rest: string): string {
  return `drop policy mine on p.t; create policy mine on p.t ${rest}`
}
