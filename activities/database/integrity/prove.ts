import type pg from 'pg'
import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { HostOrder } from '../../../src/domain/host.ts'
import {
  againstBefore,
  heldAgainst,
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
  /** The deployments that are taken back, newest first, or the one that was just made. */
  deployments: readonly string[]
  /** After a deployment no row is compared: the release is meant to write. */
  when: 'after deployment' | 'after rollback'
  /** Migrations of them stay applied. */
  schemaKept: boolean
  /** Fingerprint of the catalog once they were applied; null: not known. */
  catalogAfter: string | null
}

export type ProveAsked = { order: HostOrder; database: DatabasePlan; against: Against }

/**
 * Holds the data against what was kept before the deployment. Over several, structure, assertions and every table against
 * the oldest state that knows it: a release's own migrations were the first to touch it. Changes nothing, whatever it finds.
 */
export async function proveIntegrity(
  client: pg.ClientBase,
  { order, database, against }: ProveAsked,
  said: { url: string; tell: Tell },
): Promise<IntegrityReport> {
  const { migrations } = database
  const states = await keptStates(order.directory, against.deployments)
  const [kept = null] = states
  const afterwards = against.when === 'after rollback'
  const level = afterwards && kept && states.every((state) => state.level === 'exact') ? 'exact' : 'fast'
  const limits = { longestMs: migrations.timeoutMs, lockTimeoutMs: migrations.lockTimeoutMs }
  const found = await readingOnce(client, limits, async (reading) => {
    const catalog = await readCatalog(client, migrations)
    said.tell('sequences')
    const sequences = await readSequences(reading, migrations)
    const tables: IntegrityResult[] = []
    for (const state of states) {
      const how = { level: afterwards ? state.level : 'fast', schemaKept: against.schemaKept, tell: said.tell } as const
      const results = await compareTables(reading, state, how)
      tables.push(...(states.length === 1 ? results : results.map((result) => heldAgainst(result, state.deployment))))
    }
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
  const unhashed = await notKept(order.directory, states, against.catalogAfter, found.catalog)
  const results = [...structure, ...judged]
  const several = against.deployments.length > 1 ? { against: states.map(({ deployment }) => deployment) } : {}
  return inBounds({
    level,
    ...several,
    sequences: found.sequences.asked,
    results,
    tables: [...found.tables, ...unhashed],
  })
}

/** Oldest first, each with the tables that no older one has read and that were there before all of them. */
async function keptStates(directory: string, deployments: readonly string[]): Promise<KeptIntegrity[]> {
  const states: KeptIntegrity[] = []
  for (const deployment of deployments.toReversed()) {
    const kept = await readKept(directory, deployment)
    if (!kept) continue
    const [oldest = kept] = states
    const known = new Set(states.flatMap(({ tables }) => tables.map(({ name }) => name)))
    const there = oldest === kept ? null : await loadCatalog(directory, oldest.catalog)
    const isNew = (name: string) => there?.some((object) => object.kind === 'table' && object.name === name) ?? true
    states.push({ ...kept, tables: kept.tables.filter(({ name }) => !known.has(name) && isNew(name)) })
  }
  return states.filter((state, at) => at === 0 || state.tables.length > 0)
}

/** Found touched only afterwards: nothing is claimed of their rows. */
async function notKept(
  directory: string,
  states: readonly KeptIntegrity[],
  catalogAfter: string | null,
  now: Catalog,
): Promise<IntegrityResult[]> {
  const open = (name: string, got: string): IntegrityResult => ({
    name,
    verdict: 'inconclusive',
    expected: 'as before',
    got,
  })
  const [kept] = states
  if (!kept) return [open('rows', 'nothing was kept of them before the deployment; not compared')]
  const before = await loadCatalog(directory, kept.catalog)
  const after = await loadCatalog(directory, catalogAfter)
  const known = new Set(states.flatMap(({ tables }) => tables.map(({ name }) => name)))
  const missed = before ? changedTables(before, after ?? now).filter((name) => !known.has(name)) : []
  return missed.map((name) => open(name, 'changed by the migrations without being named in them; not read before'))
}
