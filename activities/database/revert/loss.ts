import pg from 'pg'
import { shortName } from '../../../src/domain/catalog/catalog.ts'
import { type LossCandidate, lossCandidates } from '../../../src/domain/catalog/loss.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import { columnsOf, newRows } from '../apply/rows.ts'
import { countCarefully, inPlainWords, numberFrom } from './careful-count.ts'
import { countForbidden, rulesOf } from './forbidden.ts'
import { type LaterPartition, laterPartitions } from './later-partitions.ts'
import type { Reverted } from './reverted.ts'
import { lostIn } from './survives.ts'

/**
 * Everything that stands in the way of going back, counted in the transaction that is open on the client: values that
 * would be destroyed, rows that what comes back forbids, and what nobody can count.
 */
export async function countLosses(client: pg.ClientBase, reverted: Reverted): Promise<Loss[]> {
  const losses: Loss[] = []
  await inPlainWords(client, async () => {
    const later = await laterPartitions(client, reverted.after)
    for (const candidate of lossCandidates(reverted.before, reverted.after).flatMap((one) => withLater(one, later))) {
      const loss = await countLoss(client, candidate, reverted)
      if (loss.rows > 0 || loss.kind !== 'lost') losses.push(loss)
    }
    losses.push(...(await countForbidden(client, reverted)))
  })
  return losses
}

/** What holds for a table holds for its partitions; those made since hold only rows that are new. */
function withLater(candidate: LossCandidate, later: readonly LaterPartition[]): LossCandidate[] {
  if (candidate.kind === 'gone') return [candidate]
  const own = later.filter(({ of }) => of === candidate.table)
  return [candidate, ...own.map(({ table }) => ({ ...candidate, table }))]
}

/** The tables that must stand still while that is counted and reverted, as SQL. One that somebody dropped does. */
export async function tablesConcerned(client: pg.ClientBase, reverted: Reverted): Promise<string[]> {
  const { before, after } = reverted
  const lost = lossCandidates(before, after).flatMap((candidate) => ('table' in candidate ? [candidate.table] : []))
  const ruled = rulesOf(reverted).flatMap(({ rule }) => [
    rule.rows.table,
    ...(rule.kind === 'constraint' && rule.refers ? [rule.refers.table] : []),
  ])
  const tables = new Set([...lost, ...ruled])
  const later = (await laterPartitions(client, after)).flatMap(({ table, of }) => (tables.has(of) ? [table] : []))
  const { rows } = await client.query<{ name: string }>(
    'select name from unnest($1::text[]) as name where to_regclass(name) is not null order by name collate "C"',
    [[...new Set([...tables, ...later])]],
  )
  return rows.map(({ name }) => name)
}

async function countLoss(client: pg.ClientBase, candidate: LossCandidate, reverted: Reverted): Promise<Loss> {
  const migration = migrationOf(candidate, reverted)
  if (candidate.kind === 'gone') {
    return { migration, object: shortName(candidate.object), rows: 0, why: candidate.why, kind: 'gone' }
  }
  const name = 'column' in candidate ? `${candidate.table}.${candidate.column}` : candidate.table
  const of = { migration, object: shortName(name) }
  const counted = await countCarefully(client, () => countOf(client, candidate, reverted))
  if (typeof counted !== 'number') return { ...of, rows: 0, why: counted.why, kind: 'uncounted' }
  return { ...of, rows: counted, why: reasonOf(candidate), kind: 'lost' }
}

type Countable = Exclude<LossCandidate, { kind: 'gone' }>

async function countOf(client: pg.ClientBase, candidate: Countable, reverted: Reverted): Promise<number> {
  const { table } = candidate
  if (candidate.kind === 'table') {
    const baseline = reverted.migrations.flatMap((one) => one.baseline)
    const known = reverted.after.some(({ kind, name }) => kind === 'table' && name === table)
    return known
      ? await newRows(client, candidate, columnsOf(reverted.after, table), baseline)
      : await numberFrom(client, `select count(*) as n from only ${table}`)
  }
  const condition = await conditionOf(client, candidate)
  return await numberFrom(client, `select count(*) as n from only ${table} where ${condition}`)
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

type OfColumn = Extract<LossCandidate, { kind: 'column' | 'generated' | 'narrower' | 'labels' }>

/** As text, because not every type can be compared; byte by byte, because a collation may take other text for the same. */
async function conditionOf(client: pg.ClientBase, candidate: OfColumn): Promise<string> {
  const { column } = candidate
  switch (candidate.kind) {
    case 'column':
      return await notByDefault(client, candidate)
    case 'generated':
      return `${column}::text is distinct from (${candidate.expression})::text collate "C"`
    case 'narrower':
      return await lostIn(client, candidate)
    case 'labels':
      return holdsLabels(candidate)
  }
}

/** Neither NULL, nor the default, nor the one value that filled the rows of then, whatever became of that default. */
async function notByDefault(client: pg.ClientBase, candidate: Extract<OfColumn, { kind: 'column' }>): Promise<string> {
  const { table, column, constant } = candidate
  const { rows } = await client.query<{ type: string; filled: string | null }>(
    `select format_type(atttypid, atttypmod) as type, (attmissingval::text::text[])[1] as filled from pg_attribute
     where attrelid = $1::regclass and quote_ident(attname) = $2 and not attisdropped`,
    [table, column],
  )
  const [found] = rows
  // The server remembers it until the table is written anew; a volatile default fills each row with its own.
  const filled = found?.filled ?? null
  const ofItself = [
    ...(constant === null ? [] : [`(${constant})::${found?.type ?? 'text'}::text`]),
    ...(filled === null ? [] : [pg.escapeLiteral(filled)]),
  ]
  return [
    `${column} is not null`,
    ...ofItself.map((one) => `${column}::text is distinct from ${one} collate "C"`),
  ].join(' and ')
}

function holdsLabels({ column, labels, holds }: Extract<LossCandidate, { kind: 'labels' }>): string {
  const list = `array[${labels.map((label) => pg.escapeLiteral(label)).join(', ')}]`
  switch (holds) {
    case 'one':
      return `${column}::text = any (${list})`
    case 'elements':
      return `${column}::text[] && ${list}`
    case 'enclosed': {
      // Whatever is written like it counts: rather one too many than one that is lost.
      const isPlain = labels.every((label) => /^[\w -]+$/.test(label))
      return isPlain
        ? `exists (select from unnest(${list}) as label where position(label in ${column}::text) > 0)`
        : `${column} is not null`
    }
  }
}

function reasonOf(candidate: Countable): string {
  switch (candidate.kind) {
    case 'table':
      return 'row written since the migration'
    case 'column':
      return candidate.constant === null
        ? 'value written'
        : `value other than the default ${candidate.constant.replace(/::[^']*$/, '')}`
    case 'generated':
      return `value other than ${candidate.expression}, which is computed again`
    case 'narrower':
      return `value that does not fit into ${candidate.type}`
    case 'labels':
      return `value that the type did not have before: ${candidate.labels.join(', ')}`
  }
}
