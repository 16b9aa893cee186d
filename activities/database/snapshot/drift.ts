import { type Catalog, diffCatalogs } from '../../../src/domain/catalog/catalog.ts'
import { isEarlier } from '../../../src/domain/catalog/earlier.ts'
import { changedSince, olderThanHistory } from '../../../src/domain/migration/words.ts'
import { fingerprintOf, loadCatalog } from '../catalog/catalog.ts'
import type { MigrationNote } from '../notes.ts'

/** What the catalog says that the history does not: `older`: they do not belong together; `changed`: somebody was here. */
export type Drift = { older: string | null; changed: string | null }

const none: Drift = { older: null, changed: null }

/**
 * Holds the catalog as it is against those that were noted around the applied migrations (`notes`, oldest first).
 * `expected`: fingerprints that are right as well. Where nothing is noted, nothing is said.
 */
export async function driftOf(
  directory: string,
  now: Catalog,
  { notes, expected = [] }: { notes: readonly (MigrationNote | null)[]; expected?: readonly (string | null)[] },
): Promise<Drift> {
  const newest = notes.at(-1) ?? null
  const right = [newest?.after ?? null, ...expected].filter((fingerprint) => fingerprint !== null)
  const fingerprint = fingerprintOf(now)
  const [told] = right
  if (told === undefined || right.includes(fingerprint)) return none
  const was = await loadCatalog(directory, told)
  const changes = was ? diffCatalogs(was, now) : ['the fingerprint differs']
  if (changes.length === 0) return none
  for (const note of notes) {
    if (note === null || note.after === note.before || note.after === fingerprint) continue
    if (await isThat(directory, note.before, now)) return { older: olderThanHistory(note.name), changed: null }
  }
  return { older: null, changed: changedSince(newest?.name ?? 'the migrations', changes) }
}

/** By its fingerprint; one that an earlier build kept, by what both say. */
export async function isThat(directory: string, fingerprint: string | null, now: Catalog): Promise<boolean> {
  if (fingerprint === null || fingerprint === fingerprintOf(now)) return fingerprint !== null
  const kept = await loadCatalog(directory, fingerprint)
  return kept !== null && isEarlier(kept) && diffCatalogs(kept, now).length === 0
}
