import { type Catalog, diffCatalogs } from '../../../src/domain/catalog/catalog.ts'
import type { AppliedMigration, HostOrder, HostRecord } from '../../../src/domain/host.ts'
import { inShort } from '../../../src/domain/in-short.ts'
import {
  type Accepted,
  nothingVanished,
  onlyTidied,
  type RestoredSurvey,
} from '../../../src/domain/migration/restored.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { readRecords } from '../../host/inspect.ts'
import { historyRefusals } from '../apply/refusals.ts'
import { loadCatalog, readCatalog } from '../catalog/catalog.ts'
import { readNote, readNotes } from '../notes.ts'
import { isThat } from '../snapshot/drift.ts'
import { type Ownership, ownershipOf } from '../snapshot/owners.ts'
import type { Target } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'

/** What is there, held against what this host remembers. */
export type RestoredDatabase = {
  survey: RestoredSurvey
  owners: Ownership['owners']
  catalog: Catalog
  records: HostRecord[]
}

/** Reads only. */
export async function readRestored(
  target: Target,
  { order, database }: { order: HostOrder; database: DatabasePlan },
): Promise<RestoredDatabase> {
  const { directory, host } = order
  const { migrations: settings } = database
  const records = await readRecords(directory)
  const [record] = records
  const known = record?.migrations ?? null
  const remembered = [...(known ?? []), ...(await readNotes(directory))].map(({ name }) => name)
  const release = record ? { releaseDirectory: record.releaseDirectory, settings } : null
  const applied = await toolFor(settings).history(target, { settings, release, known: remembered })
  const catalog = await readCatalog(target.client, settings)
  const { cutOff, ...ownership } = withCutOff(await ownershipOf(directory, applied, known), known)
  const survey = {
    ...(cutOff && { cutOff }),
    host,
    release: record?.release ?? null,
    deployment: record?.deployment ?? null,
    vanished: ownership.vanished,
    applied,
    schema: await differenceSince(directory, applied, catalog),
    problems: await problemsOf(target, { directory, settings, ownership, catalog }),
  }
  return { survey, owners: ownership.owners, catalog, records }
}

/** The notes come first: what they hold for accepted, and the version of record for applied, was accepted half. */
function withCutOff(
  ownership: Ownership,
  known: readonly AppliedMigration[] | null,
): Ownership & { cutOff: Accepted | undefined } {
  const half = ownership.restored.filter(({ name }) => known?.some((one) => one.name === name))
  const missing = new Set([...half, ...ownership.vanished].map(({ name }) => name))
  const vanished = known?.filter(({ name }) => missing.has(name)) ?? ownership.vanished
  return { ...ownership, vanished, cutOff: half[0]?.restored }
}

/** Against the catalog after the newest one that is left. */
async function differenceSince(
  directory: string,
  applied: readonly string[],
  catalog: Catalog,
): Promise<string[] | null> {
  const newest = applied.at(-1)
  const note = newest === undefined ? null : await readNote(directory, newest)
  const then = await loadCatalog(directory, note?.after ?? null)
  return then && inShort(diffCatalogs(then, catalog))
}

type Found = {
  directory: string
  settings: DatabasePlan['migrations']
  ownership: Ownership
  catalog: Catalog
}

async function problemsOf({ client }: Target, found: Found): Promise<string[]> {
  const { directory, settings, ownership, catalog } = found
  const { owners, vanished } = ownership
  if (vanished.length === 0) return [nothingVanished]
  const asked = { client, tool: toolFor(settings), settings, directory }
  const refusals = await historyRefusals(asked, { owners, vanished: [], catalog })
  return [...refusals, ...(await tidied(found))]
}

/** Only one that changed the schema can be told from one that never ran. */
async function tidied({ directory, ownership, catalog }: Found): Promise<string[]> {
  for (const { name } of ownership.vanished.toReversed()) {
    const note = await readNote(directory, name)
    if (note === null || note.after === note.before) continue
    return (await isThat(directory, note.after, catalog)) ? [onlyTidied(name)] : []
  }
  return []
}
