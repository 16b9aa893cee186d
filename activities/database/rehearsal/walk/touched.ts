import type pg from 'pg'
import type { MigrationFile } from '../../tools/tool.ts'
import { countsAreWritten } from '../observe/relations.ts'

/** What an up does to tables, whoever runs it and however it is written. */
export type Touch = {
  /** In the up's own transaction before its commit; not asked where the tool runs it. */
  held(): Promise<void>
  /** After the up: tables that were there before and whose rows it may have written, removed or replaced, as SQL. */
  tables(): Promise<string[]>
}

/**
 * Tells by locks in our own transaction, by scans in any other: an UPDATE of a table without rows changes nothing, but it
 * has to look. In doubt a table is among them.
 */
export async function watchTouch(client: pg.ClientBase, { up }: Pick<MigrationFile, 'up'>): Promise<Touch> {
  const before = await tablesNow(client, up)
  const locked = new Set<string>()
  return {
    async held() {
      const { rows } = await client.query<{ relation: string }>(
        `select relation::int8::text as relation from pg_locks
         where pid = pg_backend_pid() and locktype = 'relation' and granted and mode = 'RowExclusiveLock'`,
      )
      for (const { relation } of rows) locked.add(relation)
    },
    async tables() {
      const now = await tablesNow(client, up)
      return [...before].flatMap(([relation, was]) => {
        const is = now.get(relation)
        const isTouched = locked.has(relation) || is?.file !== was.file || is.scans !== was.scans
        return is && isTouched ? [was.name] : []
      })
    },
  }
}

type TableNow = { name: string; file: string; scans: string }

async function tablesNow(client: pg.ClientBase, up: MigrationFile['up']): Promise<ReadonlyMap<string, TableNow>> {
  // In our own transaction the locks tell it, and our own reading of rows would count as scans.
  if (up === 'own') await countsAreWritten(client)
  const { rows } = await client.query<TableNow & { relation: string }>(
    `select c.oid::int8::text as relation, format('%I.%I', n.nspname, c.relname) as name, c.relfilenode::text as file,
       case when $1 then concat_ws(' ', pg_stat_get_numscans(c.oid), pg_stat_get_tuples_inserted(c.oid),
         (select sum(pg_stat_get_numscans(indexrelid)) from pg_index where indrelid = c.oid)) else '' end as scans
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where c.relkind in ('r', 'p') and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
     order by name`,
    [up === 'own'],
  )
  return new Map(rows.map(({ relation, ...table }) => [relation, table]))
}
