import type pg from 'pg'
import { shortName } from '../../../src/domain/catalog/catalog.ts'
import { type RestoredRule, restoredRules } from '../../../src/domain/catalog/restored.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import { countCarefully, numberFrom } from './careful-count.ts'
import { type ForbiddenRows, forbiddenRows, objectOf, rowsWhere } from './forbidden-rows.ts'
import type { Reverted } from './reverted.ts'

/** Every row that is against a rule the revert puts back, counted in the transaction that is open. */
export async function countForbidden(client: pg.ClientBase, reverted: Reverted): Promise<Loss[]> {
  const found: Loss[] = []
  for (const { rule, migration } of rulesOf(reverted)) {
    let those: ForbiddenRows | null = null
    const counted = await countCarefully(client, async () => {
      those = await rowsAgainst(client, rule)
      return those && (await numberFrom(client, those.query))
    })
    const { object, why } = those ?? { object: objectOf(rule.rows), why: '' }
    // A rule of a column that the migration dropped: that is told already, and nothing of it is there to be counted.
    if (typeof counted !== 'number' && counted.code === undefinedColumn && !rule.rows.whole) continue
    if (typeof counted !== 'number') found.push({ migration, object, rows: 0, kind: 'uncounted', why: counted.why })
    else if (counted > 0) found.push({ migration, object, rows: counted, kind: 'forbidden', why })
  }
  return found
}

const undefinedColumn = '42703'

/** Each state on the way back is met, and each rule once; with the migration that took it away. */
export function rulesOf({ before, after, migrations }: Reverted): { rule: RestoredRule; migration: string }[] {
  const rules = new Map<string, { rule: RestoredRule; migration: string }>()
  for (const one of migrations) {
    if (one.before === null) continue
    const own = new Set(one.after === null ? [] : restoredRules(one.before, one.after).map(({ key }) => key))
    for (const rule of restoredRules(one.before, after)) {
      if (own.has(rule.key) || !rules.has(rule.key)) rules.set(rule.key, { rule, migration: one.name })
    }
  }
  const newest = migrations.at(-1)?.name ?? ''
  for (const rule of restoredRules(before, after)) {
    if (!rules.has(rule.key)) rules.set(rule.key, { rule, migration: newest })
  }
  return [...rules.values()]
}

async function rowsAgainst(client: pg.ClientBase, rule: RestoredRule): Promise<ForbiddenRows | null> {
  return rule.kind === 'partition' ? await outsideBound(client, rule) : forbiddenRows(rule)
}

/** Postgres itself says what rows such a partition takes: of an empty one that is gone after the count. */
async function outsideBound(
  client: pg.ClientBase,
  { rows, columns, by, bound }: Extract<RestoredRule, { kind: 'partition' }>,
): Promise<ForbiddenRows | null> {
  // What a default takes depends on all its sisters.
  if (bound === 'DEFAULT') return null
  await client.query(`create temp table belay_parted (${columns.join(', ')}) partition by ${by};
    create temp table belay_part partition of belay_parted ${bound}`)
  const { rows: found } = await client.query<{ condition: string | null }>(
    `select pg_get_partition_constraintdef('pg_temp.belay_part'::regclass) as condition`,
  )
  const condition = found[0]?.condition ?? null
  if (condition === null) return null
  const why = `outside ${bound.replace(/^FOR VALUES/, 'the partition’s')}`
  return { object: shortName(rows.table), why, query: rowsWhere(rows, `(${condition}) is false`) }
}
