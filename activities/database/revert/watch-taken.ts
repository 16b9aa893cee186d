import type pg from 'pg'
import { shortName } from '../../../src/domain/catalog/catalog.ts'
import type { Kept, KeptColumn } from '../../../src/domain/catalog/kept.ts'
import { writtenBy } from '../../../src/domain/integrity/row-age.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import type { MovedRows } from '../moved-rows.ts'
import { inPlainWords, readable } from './careful-count.ts'
import type { Overwriting } from './carried-over.ts'
import { keyOf, keyText, mostRewritten } from './overwritten.ts'
import type { ToRevert } from './revert-plan.ts'

/**
 * Rows that the downs take out of tables that stay, by primary key: numbers of rows alone hide one that was taken away
 * behind one that was put in, and a seed that somebody has changed since behind the seeds. Where there is no key, or
 * too many rows, the numbers are all there is.
 */
export function watchTaken(
  client: pg.ClientBase,
  { group, moved }: { group: readonly ToRevert[]; moved: () => readonly MovedRows[] },
): Overwriting {
  let [watched, remembered]: [Keyed[], Keyed[]] = [[], []]
  const ups = group.map(({ note }) => note?.since)
  return {
    async look(kept) {
      watched = []
      // Whose rows they are is not known: an up outside of a transaction of ours, or noted by an earlier version.
      if (ups.includes(undefined)) return false
      const its = kept.filter(({ table }) => moved().some((one) => one.table === table.was && one.deleted > 0))
      for (const one of its) {
        const key = await keyOf(client, one)
        if (key !== null) watched.push({ kept: one, key })
      }
      return watched.length > 0
    },

    async remember() {
      remembered = []
      const own = writtenBy(ups.flatMap((up) => up?.own ?? []))
      for (const one of watched) {
        if (await readable(client, () => rememberKeys(client, remembered.length, one, own))) remembered.push(one)
      }
    },

    async losses() {
      const losses: Loss[] = []
      for (const [at, one] of remembered.entries()) {
        const rows = await keysGone(client, at, one)
        const object = shortName(one.kept.table.was)
        const migration = group[0]?.file.name ?? ''
        if (rows > 0) losses.push({ migration, object, rows, why: 'taken away by its down', kind: 'lost' })
      }
      return losses
    },
  }
}

type Keyed = { kept: Kept; key: readonly KeptColumn[] }

/** What the ups put in, and nobody wrote since, may go. Whoever else writes waits until the end. */
async function rememberKeys(client: pg.ClientBase, at: number, { kept, key }: Keyed, own: string): Promise<boolean> {
  const { is } = kept.table
  await client.query(`lock table only ${is} in share row exclusive mode`)
  return await inPlainWords(client, async () => {
    await client.query(
      `create temp table ${keysOf(at)} on commit drop as select ${keyText(key, 'is')} as key from only ${is}
       where not ${own} limit ${mostRewritten + 1}`,
    )
    const { rows } = await client.query<{ n: string }>(`select count(*) as n from pg_temp.${keysOf(at)}`)
    if (Number(rows[0]?.n) <= mostRewritten) return true
    await client.query(`drop table pg_temp.${keysOf(at)}`)
    return false
  })
}

async function keysGone(client: pg.ClientBase, at: number, { kept, key }: Keyed): Promise<number> {
  const { rows } = await inPlainWords(client, () =>
    client.query<{ n: string }>(
      `select count(*) as n from pg_temp.${keysOf(at)} left join
         (select ${keyText(key, 'was')} as key, true as there from only ${kept.table.was}) now using (key)
       where now.there is null`,
    ),
  )
  await client.query(`drop table pg_temp.${keysOf(at)}`)
  return Number(rows[0]?.n)
}

function keysOf(at: number): string {
  return `belay_keys_${at}`
}
