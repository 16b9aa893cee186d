import { namesInShort } from '../../../../src/domain/in-short.ts'
import type { RehearsedMigration } from '../../../../src/domain/rehearsal/rehearsal.ts'
import type { Relations } from './relations.ts'

/** A lock on a relation (its OID), as `pg_locks` calls it. */
export type Held = { relation: string; mode: string }

/**
 * The strongest, and every table that was there before and was held so: `ACCESS EXCLUSIVE` on `users`. What every reader
 * takes, and a `select for update`, is no lock worth a word.
 */
export function strongestOf(held: readonly Held[], before: Relations): RehearsedMigration['lock'] {
  const here = held.filter(({ relation }) => before.has(relation))
  const mode = modes.findLast((candidate) => here.some((one) => one.mode === candidate))
  if (mode === undefined) return null
  const names = here.flatMap((one) => (one.mode === mode ? (before.get(one.relation)?.name ?? []) : []))
  return { mode: inWords(mode), on: namesInShort([...new Set(names)].sort(), 3) }
}

/** Weakest first; each is `<words>Lock`. */
const modes = [
  'RowExclusiveLock',
  'ShareUpdateExclusiveLock',
  'ShareLock',
  'ShareRowExclusiveLock',
  'ExclusiveLock',
  'AccessExclusiveLock',
] as const

/** As the manual writes it: `SHARE ROW EXCLUSIVE`. */
function inWords(mode: string): string {
  return mode
    .replace(/Lock$/, '')
    .replace(/(?<=[a-z])(?=[A-Z])/g, ' ')
    .toUpperCase()
}
