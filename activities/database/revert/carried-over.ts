import type pg from 'pg'
import { type Catalog, shortName } from '../../../src/domain/catalog/catalog.ts'
import { type Kept, keptThrough, madeAnew } from '../../../src/domain/catalog/kept.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import { hashOf } from '../apply/rows.ts'
import { inPlainWords } from './careful-count.ts'
import type { Reverted } from './reverted.ts'
import { valueIn } from './rows-seen.ts'

/**
 * Runs `work`, the downs, in the transaction that is open, and answers with what of the values that were there all along
 * they did not carry over: a column dropped and added again, a table made anew or emptied. The schema is the same then.
 * Only where such a thing is seen is `work` undone, the rows remembered, and `work` run once more.
 */
export async function carryingOver(
  client: pg.ClientBase,
  { reverted, read, over }: { reverted: Reverted; read: () => Promise<Catalog>; over: Overwriting },
  work: () => Promise<void>,
): Promise<Loss[]> {
  const kept = keptThrough(reverted.before, reverted.after)
  const start = { catalog: await read(), files: await filesOf(client) }
  await client.query('savepoint belay_downs')
  await work()
  const end = { catalog: await read(), files: await filesOf(client) }
  const suspects = kept.flatMap((table) => suspectIn(table, start, end))
  const anew = new Set(suspects.flatMap(({ table, anew: made }) => (made.length > 0 ? [table.was] : [])))
  const files = new Set(suspects.map(({ table }) => table.was))
  const looks = await over.look(
    kept.filter(({ table }) => !anew.has(table.was)),
    files,
  )
  if (suspects.length === 0 && !looks) return []
  await client.query('rollback to savepoint belay_downs')
  if (suspects.length > 0) {
    await client.query('create temp table belay_kept (at int, hash text, n bigint) on commit drop')
  }
  for (const [at, { table, columns }] of suspects.entries()) {
    // Its lock went with the savepoint: nobody writes between what is remembered and what is run.
    await client.query(`lock table only ${table.is} in access exclusive mode`)
    await remember(client, at, { table: table.is, columns: columns.map((column) => valueIn(column, 'is')) })
  }
  await over.remember()
  await work()
  const losses: Loss[] = await over.losses()
  // Which of several it was is not told apart; a person begins with the newest.
  const migration = reverted.migrations.at(-1)?.name ?? ''
  for (const [at, suspect] of suspects.entries()) losses.push(...(await missing(client, at, suspect, migration)))
  if (suspects.length > 0) await client.query('drop table pg_temp.belay_kept')
  return losses
}

/**
 * Looks at values that are written over in place, around the same two runs; `look`: is there any need to run them
 * again? `anew`: tables that have other files than before.
 */
export type Overwriting = {
  look(kept: readonly Kept[], anew: ReadonlySet<string>): Promise<boolean>
  remember(): Promise<void>
  losses(): Promise<Loss[]>
}

/** One after the other, in the same two runs. */
export function bothOf(one: Overwriting, other: Overwriting): Overwriting {
  return {
    async look(kept, files) {
      const [first, second] = [await one.look(kept, files), await other.look(kept, files)]
      return first || second
    },
    async remember() {
      await one.remember()
      await other.remember()
    },
    losses: async () => [...(await one.losses()), ...(await other.losses())],
  }
}

type Physical = { catalog: Catalog; files: ReadonlyMap<string, string> }

type Suspect = Kept & { anew: readonly string[] }

/** A column made anew in a table that stays is looked for row by row; a table with other files than before may be empty. */
function suspectIn(kept: Kept, start: Physical, end: Physical): Suspect[] {
  const anew = madeAnew(kept, start.catalog, end.catalog)
  if (anew.length > 0) return [{ ...kept, anew }]
  const [was, is] = [start.files.get(kept.table.is), end.files.get(kept.table.was)]
  return was !== undefined && is !== undefined && was !== is ? [{ ...kept, columns: [], anew: [] }] : []
}

/** TRUNCATE and a rewrite give a table other files. By its name as SQL. */
async function filesOf(client: pg.ClientBase): Promise<Map<string, string>> {
  const { rows } = await client.query<{ name: string; file: string }>(
    `select format('%I.%I', nspname, relname) as name, pg_relation_filenode(c.oid)::text as file
     from pg_class c join pg_namespace n on n.oid = relnamespace where relkind = 'r'`,
  )
  return new Map(rows.map(({ name, file }) => [name, file]))
}

async function remember(
  client: pg.ClientBase,
  at: number,
  { table, columns }: { table: string; columns: readonly string[] },
): Promise<void> {
  await inPlainWords(client, () =>
    client.query(
      `insert into pg_temp.belay_kept select $1, ${hashOf(columns)}, count(*) from only ${table} group by 2`,
      [at],
    ),
  )
}

async function missing(client: pg.ClientBase, at: number, suspect: Suspect, migration: string): Promise<Loss[]> {
  const { table, columns, anew } = suspect
  const { rows } = await inPlainWords(client, () =>
    client.query<{ n: string }>(
      `with now as (select ${hashOf(columns.map((column) => valueIn(column, 'was')))} as hash, count(*) as n from only ${table.was} group by 1)
       select coalesce(sum(greatest(kept.n - coalesce(now.n, 0), 0)), 0) as n
       from pg_temp.belay_kept kept left join now using (hash) where kept.at = $1`,
      [at],
    ),
  )
  const count = Number(rows[0]?.n)
  if (count === 0) return []
  const why = anew.length === 0 ? 'taken away by its down' : 'its down makes it anew, without what it held'
  return [
    { migration, object: shortName(anew.length === 1 ? (anew[0] ?? '') : table.is), rows: count, why, kind: 'lost' },
  ]
}
