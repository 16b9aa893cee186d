import type pg from 'pg'
import { counted } from '../../../src/domain/counted.ts'
import type { HostOrder } from '../../../src/domain/host.ts'
import {
  type IntegrityLevel,
  type IntegrityReport,
  type IntegrityResult,
  inBounds,
} from '../../../src/domain/integrity/integrity.ts'
import { writtenSince } from '../../../src/domain/integrity/row-age.ts'
import { touchedTables } from '../../../src/domain/integrity/touched-tables.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { readRecords } from '../../host/inspect.ts'
import { readCatalog, storeCatalog } from '../catalog/catalog.ts'
import { askAssertions } from './assertions.ts'
import { forgetKept, type KeptIntegrity, type KeptTable, readKept, writeKept } from './kept.ts'
import { pendingTexts } from './pending-texts.ts'
import type { Tell } from './progress.ts'
import { readTables } from './read-tables.ts'
import { readSequences } from './sequences.ts'
import { readingOnce } from './snapshot-read.ts'
import { throwIfStopped } from './stop.ts'
import { structureOf, structureResults } from './structure.ts'

export type KeepAsked = {
  order: HostOrder
  database: DatabasePlan
  /** Where the release's own files are. */
  releaseDirectory: string
  pending: readonly string[]
}

/**
 * Writes down what the data is before a deployment changes it: structure, sequences and the rows of the touched tables
 * in one snapshot, and the answers to the service's assertions. What was kept first stands: nothing has changed since,
 * or it is too late to keep anything.
 */
export async function keepIntegrity(
  client: pg.ClientBase,
  { order, database, releaseDirectory, pending }: KeepAsked,
  said: { url: string; tell: Tell },
): Promise<IntegrityReport> {
  const { directory, deployment } = order
  const before = await readKept(directory, deployment)
  if (before) return reportOf(before)
  const texts = await pendingTexts(database, releaseDirectory, pending)
  const level: IntegrityLevel = database.integrityLevel ?? 'fast'
  const { catalog, sequences, ...read } = await seenAtOnce(client, database.migrations, { texts, level, ...said })
  const kept: KeptIntegrity = {
    deployment,
    level,
    at: new Date().toISOString(),
    ...read,
    catalog: await storeCatalog(directory, catalog),
    sequences: sequences.asked,
    structure: structureOf(catalog, sequences),
    assertions: await askAssertions(client, database, said),
  }
  throwIfStopped()
  await writeKept(directory, kept)
  const records = await readRecords(directory)
  await forgetKept(directory, [deployment, ...records.map((record) => record.deployment)])
  return reportOf(kept)
}

/** In one snapshot. */
async function seenAtOnce(
  client: pg.ClientBase,
  settings: DatabasePlan['migrations'],
  { texts, level, tell }: { texts: readonly string[] | null; level: IntegrityLevel; tell: Tell },
) {
  const limits = { longestMs: settings.timeoutMs, lockTimeoutMs: settings.lockTimeoutMs }
  return await readingOnce(client, limits, async (reading) => {
    const { snapshot, serverVersion } = reading
    const catalog = await readCatalog(client, settings)
    tell('sequences')
    const sequences = await readSequences(reading, settings)
    const written = writtenSince(snapshot.xmin, snapshot.xmax) ?? 'false'
    const tables = await readTables(reading, touchedTables(catalog, texts), { level, written, tell })
    return { catalog, sequences, snapshot, serverVersion, tables }
  })
}

function reportOf({ level, sequences, structure, assertions, tables }: KeptIntegrity): IntegrityReport {
  const results = [...structureResults(structure, null), ...assertions]
  return inBounds({ level, sequences, results, tables: tables.map(wordsOf) })
}

function wordsOf({ name, rows, all, unread }: KeptTable): IntegrityResult {
  const got = unread ?? `${counted(rows, 'row')} ${all === null ? 'counted' : 'hashed'}`
  return { name, verdict: unread === null ? 'passed' : 'inconclusive', expected: 'its rows', got }
}
