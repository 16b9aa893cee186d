import type pg from 'pg'
import { type Catalog, shortName } from '../../../src/domain/catalog.ts'
import { type LossCandidate, lossCandidates } from '../../../src/domain/catalog-loss.ts'
import type { Loss } from '../../../src/domain/migration.ts'
import { columnsOf, newRows, pinned } from '../apply/rows.ts'
import { withSettings } from '../client.ts'
import type { RowBaseline } from '../notes.ts'

/** What a revert of several migrations is about: the catalogs around them all, and what each left behind. */
export type Reverted = {
  before: Catalog
  after: Catalog
  /** Oldest first; `before` and `after` null: not kept on this host. */
  migrations: readonly { name: string; before: Catalog | null; after: Catalog | null; baseline: RowBaseline }[]
}

/** Every value that going back would destroy, counted in the client's own transaction where it has one. */
export async function countLosses(client: pg.ClientBase, reverted: Reverted): Promise<Loss[]> {
  const losses: Loss[] = []
  await withSettings(client, pinned, async () => {
    for (const candidate of lossCandidates(reverted.before, reverted.after)) {
      const loss = await countLoss(client, candidate, reverted)
      if (loss.rows > 0 || candidate.kind === 'gone') losses.push(loss)
    }
  })
  return losses
}

/** The tables that must stand still while that is counted and reverted, as SQL. */
export function tablesConcerned({ before, after }: Reverted): string[] {
  const tables = lossCandidates(before, after).flatMap((candidate) => ('table' in candidate ? [candidate.table] : []))
  return [...new Set(tables)].sort()
}

async function countLoss(client: pg.ClientBase, candidate: LossCandidate, reverted: Reverted): Promise<Loss> {
  const migration = migrationOf(candidate, reverted)
  switch (candidate.kind) {
    case 'gone':
      return { migration, object: shortName(candidate.object), rows: 0, why: candidate.why }
    case 'table': {
      const { table } = candidate
      const baseline = reverted.migrations.flatMap((one) => one.baseline)
      const rows = await newRows(client, candidate, columnsOf(reverted.after, table), baseline)
      return { migration, object: shortName(table), rows, why: 'row written since the migration' }
    }
    case 'column':
    case 'narrower':
    case 'labels': {
      const { table, column } = candidate
      const rows = await count(client, table, await conditionOf(client, candidate))
      return { migration, object: `${shortName(table)}.${column}`, rows, why: reasonOf(candidate) }
    }
  }
}

/** The one that brought it; where that is not known, the newest. */
function migrationOf(candidate: LossCandidate, { migrations }: Reverted): string {
  const same = (one: LossCandidate) =>
    one.kind === candidate.kind && one.relation === candidate.relation && one.position === candidate.position
  const its = migrations.find(
    ({ before, after }) => before !== null && after !== null && lossCandidates(before, after).some(same),
  )
  return (its ?? migrations.at(-1))?.name ?? ''
}

async function count(client: pg.ClientBase, table: string, condition: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(`select count(*) as n from only ${table} where ${condition}`)
  return Number(rows[0]?.n)
}

type OfColumn = Extract<LossCandidate, { kind: 'column' | 'narrower' | 'labels' }>

/** As text, because not every type can be compared. */
async function conditionOf(client: pg.ClientBase, candidate: OfColumn): Promise<string> {
  const { column } = candidate
  switch (candidate.kind) {
    case 'column': {
      if (candidate.constant === null) return `${column} is not null`
      const { rows } = await client.query<{ type: string }>(
        `select format_type(atttypid, atttypmod) as type from pg_attribute
         where attrelid = $1::regclass and quote_ident(attname) = $2 and not attisdropped`,
        [candidate.table, column],
      )
      const constant = `(${candidate.constant})::${rows[0]?.type ?? 'text'}::text`
      return `${column} is not null and ${column}::text is distinct from ${constant}`
    }
    case 'narrower':
      return await narrowing(client, column, candidate.type)
    case 'labels':
      return `${column}::text in (${candidate.labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(', ')})`
  }
}

/** Without a way to try a value (before Postgres 16) every one of them may be lost. */
async function narrowing(client: pg.ClientBase, column: string, type: string): Promise<string> {
  const { rows } = await client.query<{ version: string }>(`select current_setting('server_version_num') as version`)
  if (Number(rows[0]?.version) < 160_000) return `${column} is not null`
  const literal = `'${type.replaceAll("'", "''")}'`
  return `${column} is not null and case when pg_input_is_valid(${column}::text, ${literal})
    then ${column}::text::${type}::text is distinct from ${column}::text else true end`
}

function reasonOf(candidate: OfColumn): string {
  switch (candidate.kind) {
    case 'column':
      return candidate.constant === null
        ? 'value written'
        : `value other than the default ${candidate.constant.replace(/::[^']*$/, '')}`
    case 'narrower':
      return `value that does not fit into ${candidate.type}`
    case 'labels':
      return `value that the type did not have before: ${candidate.labels.join(', ')}`
  }
}
