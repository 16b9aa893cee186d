import type pg from 'pg'
import { shortName } from '../../../../src/domain/catalog/catalog.ts'
import type { TableDigest } from '../../../../src/domain/rehearsal/rows.ts'
import { type SeedTargets, seedTargets } from '../../../../src/domain/rehearsal/seed-targets.ts'
import { existingAmong, namedAsBefore } from '../../../../src/domain/rehearsal/seeded-before.ts'
import type { SeenState } from '../../../../src/domain/rehearsal/verdict.ts'
import { pinned } from '../../apply/rows.ts'
import { isAway, withSettings } from '../../client.ts'
import { digestRows } from '../walk/row-digests.ts'
import type { Ground } from '../walk/run-way.ts'
import { createRowMaker } from './seed-rows.ts'
import { readSeedTables } from './seed-tables.ts'

/** `tables`: that got rows, in the order in which they got them. `existing`: what those hold now that were there before. */
export type Seeded = {
  tables: readonly string[]
  rows: number
  not: readonly string[]
  existing: readonly TableDigest[]
}

export const nothingSeeded: Seeded = { tables: [], rows: 0, not: [], existing: [] }

/**
 * Puts rows into tables without any that the up made or changed, so that the way back meets values. Made up by type; what a
 * table does not take is said in `not` and never an error.
 */
export async function seed(ground: Ground, seen: { before: SeenState; after: SeenState }): Promise<Seeded> {
  const { wanted, not } = seedTargets(seen.before.catalog, seen.after)
  const seeded = await seedTables(ground, { ...seen, wanted })
  return { ...seeded, not: [...not, ...seeded.not] }
}

/** Rows into these tables; `before` says what they could hold then, for they must fit that too. */
export async function seedTables(
  { client }: Ground,
  { wanted, ...seen }: { before: SeenState; after: SeenState; wanted: SeedTargets['wanted'] },
): Promise<Seeded> {
  if (wanted.length === 0) return nothingSeeded
  try {
    const tables = await readSeedTables(client, { ...seen, wanted })
    const maker = createRowMaker(client, tables)
    await client.query('begin')
    for (const table of wanted) await maker.fill(table.relation)
    await client.query('commit')
    const made = maker.made()
    return { ...made, existing: await existingOf(client, seen, made.tables) }
  } catch (error) {
    if (isAway(error)) throw error
    await client.query('rollback')
    const why = error instanceof Error ? error.message : String(error)
    return { ...nothingSeeded, not: wanted.map((table) => `${shortName(table.name)}: ${why}`) }
  }
}

/** Takes the rows away where they still are. What does not let them go makes the database good for nothing more: it is compared. */
export async function unseed({ client }: Ground, tables: readonly string[]): Promise<void> {
  for (const table of tables.toReversed()) {
    await client.query(`delete from only ${table}`).catch((error: unknown) => {
      if (isAway(error)) throw error
    })
  }
}

/** What those hold that were there before, which the way back must bring to them. */
async function existingOf(
  client: pg.ClientBase,
  { before, after }: { before: SeenState; after: SeenState },
  tables: readonly string[],
): Promise<TableDigest[]> {
  const catalog = existingAmong(tables, { before: before.catalog, after: after.catalog })
  if (catalog.length === 0) return []
  const digests = await withSettings(client, pinned, () => digestRows(client, catalog))
  return digests.map((digest) => namedAsBefore(digest, before.catalog))
}
