import type pg from 'pg'

/** How many rows `work` put into each table, took out of it and wrote over in it, in the transaction that is open; by OID. What cascades is among them. */
export async function movedBy(client: pg.ClientBase, work: () => Promise<void>): Promise<MovedRows[]> {
  const before = new Map((await movedSoFar(client)).map((moved) => [moved.relation, moved]))
  await work()
  return (await movedSoFar(client)).map(({ relation, table, inserted, updated, deleted }) => {
    const was = before.get(relation)
    return {
      relation,
      table,
      inserted: inserted - (was?.inserted ?? 0),
      updated: updated - (was?.updated ?? 0),
      deleted: deleted - (was?.deleted ?? 0),
    }
  })
}

/** `table`: its name as SQL. */
export type MovedRows = { relation: number; table: string; inserted: number; updated: number; deleted: number }

/** Also what the session did before and the server has not written down yet: only a difference means something. */
async function movedSoFar(client: pg.ClientBase): Promise<MovedRows[]> {
  const { rows } = await client.query<{
    relation: string
    table: string
    inserted: string
    updated: string
    deleted: string
  }>(
    `select relid::bigint::text as relation, format('%I.%I', schemaname, relname) as table, n_tup_ins as inserted, n_tup_upd as updated,
       n_tup_del as deleted
     from pg_stat_xact_user_tables where n_tup_ins + n_tup_upd + n_tup_del > 0
     order by 2`,
  )
  return rows.map((row) => ({
    ...row,
    relation: Number(row.relation),
    inserted: Number(row.inserted),
    updated: Number(row.updated),
    deleted: Number(row.deleted),
  }))
}
