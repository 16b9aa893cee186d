import type { AppliedMigration } from '../host.ts'
import { type Who, whoWords } from '../identity/who.ts'
import { when } from '../item-words.ts'

/** Who went on from a database of an older backup, why, and when (RFC 3339). */
export type Accepted = Who & { reason: string; at: string }

/** A database that lacks what was applied here, as it would be accepted. */
export type RestoredSurvey = {
  host: string
  /** The version of record; null: none. */
  release: { version: string; commit: string } | null
  /** Whose record of the history is told of it. */
  deployment: string | null
  /** Oldest first, as are those that are left. */
  vanished: readonly AppliedMigration[]
  applied: readonly string[]
  /** What of the schema is not as it was after what is left, in words; null: nobody knows how that was. */
  schema: readonly string[] | null
  /** It was accepted before, and whoever did so was cut off before the version of record had it. */
  cutOff?: Accepted
  /** Why it cannot be accepted. */
  problems: readonly string[]
}

export const nothingVanished = 'nothing vanished: the history holds everything that Belay has applied here'

/** The row of a migration is gone, and everything that it did is there. */
export function onlyTidied(name: string): string {
  return `the schema is exactly the one after ${name}, which the history does not hold: no database was restored, only its row was taken out; put it back`
}

export function otherThanShown(shown: readonly string[], got: readonly string[]): string {
  return `expected what was shown (${shown.join(', ') || 'nothing'}), got ${got.join(', ') || 'nothing'}; look again`
}

/** For the record. */
export function acceptedSentence(vanished: readonly string[], accepted: Accepted): string {
  return `a restored database without ${vanished.join(', ')} was accepted by ${whoWords(accepted)}: ${accepted.reason}`
}

/** Before anybody accepts it. */
export function restoredLines({ host, release, vanished, applied, schema, cutOff }: RestoredSurvey): string[] {
  const width = 14
  const line = (name: string, text: string) => `  ${name.padEnd(width)} ${text}`
  const names = (all: readonly string[]) => all.join(', ') || 'nothing'
  return [
    `${host}: ${release ? `${release.version} is live` : 'nothing is of record'}`,
    ...vanished.map(({ name, releaseDirectory }) =>
      line('GONE', `${name}, applied by ${releaseDirectory ?? 'nobody known'}`),
    ),
    line('still applied', names(applied)),
    line('schema', schemaWords(applied.at(-1), schema)),
    ...(cutOff ? [line('cut off', cutOffWords(cutOff))] : []),
  ]
}

function cutOffWords(accepted: Accepted): string {
  const { reason } = accepted
  return `accepted by ${whoWords(accepted)} at ${when(accepted.at)}: ${reason}; the version of record does not say so yet: accept again`
}

function schemaWords(newest: string | undefined, schema: readonly string[] | null): string {
  if (schema === null || newest === undefined) return 'how it was before is not known on this host'
  return schema.length === 0
    ? `exactly as it was after ${newest}`
    : `not as it was after ${newest}: ${schema.join('; ')}`
}
