import type pg from 'pg'
import { shortName } from '../../../../src/domain/catalog/catalog.ts'
import type { Held } from './locks.ts'

/** The tables that were there, by OID: how they are called, where their rows are kept, how many were written, their indexes. */
export type Relations = ReadonlyMap<string, Relation>
type Relation = { name: string; file: string; written: string; indexes: readonly string[] }

/** The tool's own history table is written by every migration, and nobody waits for it. */
export async function notedRelations(
  client: pg.ClientBase,
  { history, inOtherProcess }: { history: { schema: string; table: string }; inOtherProcess: boolean },
): Promise<Relations> {
  if (inOtherProcess) await countsAreWritten(client)
  const { rows } = await client.query<Relation & { relation: string }>(
    `select c.oid::int8::text as relation, format('%I.%I', n.nspname, c.relname) as name, c.relfilenode::text as file,
       (pg_stat_get_tuples_inserted(c.oid) + pg_stat_get_tuples_updated(c.oid) + pg_stat_get_tuples_deleted(c.oid))::text
         as written,
       array(select indexrelid::int8::text from pg_index where indrelid = c.oid order by 1) as indexes
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'm', 'f') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
       and (n.nspname, c.relname) <> ($1, $2)`,
    [history.schema, history.table],
  )
  return new Map(rows.map(({ relation, name, ...rest }) => [relation, { ...rest, name: shortName(name) }]))
}

/**
 * What the tables themselves tell: rows kept in another file were all written anew, or all thrown away; indexes that came
 * or went while no lock was left at the end: the way of CONCURRENTLY; and more rows written than before, where nobody
 * could look into the transaction that did it.
 */
export async function changedSince(
  client: pg.ClientBase,
  before: Relations,
  { held, inOtherProcess }: { held: readonly Held[]; inOtherProcess: boolean },
): Promise<{ held: Held[]; rewritten: string[] }> {
  const now = await notedRelations(client, { history: { schema: '', table: '' }, inOtherProcess })
  const found: Held[] = []
  const rewritten: string[] = []
  for (const [relation, was] of before) {
    const is = now.get(relation)
    if (!is) continue
    if (is.file !== was.file) {
      found.push({ relation, mode: 'AccessExclusiveLock' })
      if (!(await isEmpty(client, relation))) rewritten.push(relation)
    }
    if (inOtherProcess && is.written !== was.written) found.push({ relation, mode: 'RowExclusiveLock' })
    const isLocked = held.some((one) => one.relation === relation && one.mode !== 'AccessShareLock')
    if (!isLocked && is.indexes.join() !== was.indexes.join()) {
      found.push({ relation, mode: 'ShareUpdateExclusiveLock' })
    }
  }
  return { held: found, rewritten }
}

/** A session's counts are written when it ends, at the latest; ours when we ask for it (since PostgreSQL 15). */
export async function countsAreWritten(client: pg.ClientBase): Promise<void> {
  await client.query('select pg_stat_force_next_flush()').catch(() => undefined)
  await client.query(
    `do $$ begin
       for i in 1..100 loop
         exit when not exists (
           select from pg_stat_get_activity(null) where datid = (select oid from pg_database where datname = current_database())
             and pid <> pg_backend_pid());
         perform pg_sleep(0.005);
       end loop;
     end $$`,
  )
}

async function isEmpty(client: pg.ClientBase, relation: string): Promise<boolean> {
  const { rows } = await client.query<{ name: string }>('select $1::oid::regclass::text as name', [relation])
  const found = await client.query(`select from only ${rows[0]?.name ?? ''} limit 1`)
  return found.rowCount === 0
}
