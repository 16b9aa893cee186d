import type pg from 'pg'
import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { HostOrder } from '../../../src/domain/host.ts'
import {
  againstBefore,
  type IntegrityReport,
  type IntegrityResult,
  inBounds,
} from '../../../src/domain/integrity/integrity.ts'
import { changedTables } from '../../../src/domain/integrity/touched-tables.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { loadCatalog, readCatalog } from '../catalog/catalog.ts'
import { askAssertions } from './assertions.ts'
import { compareTables } from './compare-tables.ts'
import { type KeptIntegrity, readKept } from './kept.ts'
import type { Tell } from './progress.ts'
import { readSequences } from './sequences.ts'
import { readingOnce } from './snapshot-read.ts'
import { structureOf, structureResults } from './structure.ts'

/** What the data is held against, and how. */
export type Against = {
  /** The deployments that are taken back, newest first, or the one that was just made: the oldest of them kept it first. */
  deployments: readonly string[]
  /** After a deployment no row is compared: the release is meant to write. */
  when: 'after deployment' | 'after rollback'
  /** Migrations of them stay applied. */
  schemaKept: boolean
  /** Fingerprint of the catalog once they were applied; null: not known. */
  catalogAfter: string | null
}

export type ProveAsked = { order: HostOrder; database: DatabasePlan; against: Against }

/** Holds the data against what was kept before the deployment. Changes nothing, whatever it finds. */
export async function proveIntegrity(
  client: pg.ClientBase,
  { order, database, against }: ProveAsked,
  said: { url: string; tell: Tell },
): Promise<IntegrityReport> {
  const { migrations } = database
  const kept = await oldestKept(order.directory, against.deployments)
  const afterwards = against.when === 'after rollback'
  const level = afterwards && kept ? kept.level : 'fast'
  const limits = { longestMs: migrations.timeoutMs, lockTimeoutMs: migrations.lockTimeoutMs }
  const found = await readingOnce(client, limits, async (reading) => {
    const catalog = await readCatalog(client, migrations)
    said.tell('sequences')
    const sequences = await readSequences(reading, migrations)
    const tables = kept
      ? await compareTables(reading, kept, { level, schemaKept: against.schemaKept, tell: said.tell })
      : []
    return { catalog, sequences, tables }
  })
  const assertions = await askAssertions(client, database, said)
  const lenient = !afterwards || against.schemaKept
  const structure = structureResults(structureOf(found.catalog, found.sequences), kept?.structure ?? null, lenient)
  const judged = assertions.map((now) =>
    againstBefore(
      now,
      kept?.assertions.find((was) => was.name === now.name),
    ),
  )
  const unhashed = await notKept(order.directory, kept, against.catalogAfter, found.catalog)
  const results = [...structure, ...judged]
  return inBounds({ level, sequences: found.sequences.asked, results, tables: [...found.tables, ...unhashed] })
}

async function oldestKept(directory: string, deployments: readonly string[]): Promise<KeptIntegrity | null> {
  for (const deployment of deployments.toReversed()) {
    const kept = await readKept(directory, deployment)
    if (kept) return kept
  }
  return null
}

/** Found touched only afterwards: nothing is claimed of their rows. */
async function notKept(
  directory: string,
  kept: KeptIntegrity | null,
  catalogAfter: string | null,
  now: Catalog,
): Promise<IntegrityResult[]> {
  const open = (name: string, got: string): IntegrityResult => ({
    name,
    verdict: 'inconclusive',
    expected: 'as before',
    got,
  })
  if (!kept) return [open('rows', 'nothing was kept of them before the deployment; not compared')]
  const before = await loadCatalog(directory, kept.catalog)
  const after = await loadCatalog(directory, catalogAfter)
  const known = new Set(kept.tables.map(({ name }) => name))
  const missed = before ? changedTables(before, after ?? now).filter((name) => !known.has(name)) : []
  return missed.map((name) => open(name, 'changed by the migrations without being named in them; not read before'))
}
