import type { MigrationWarning, RehearsedMigration } from '../rehearsal/rehearsal.ts'

/**
 * What is known of the migrations that are pending, before anything runs. Evidence is not the plan: nothing of it is in
 * the plan's digest, nor in the digest of what a release changes.
 */
export type KnownMigrations = {
  /** In the order of their names. */
  pending: readonly KnownMigration[]
  /** Why the kept rehearsals were not looked at, in words: then `pending` is what the commit adds; null: they were. */
  unknown: string | null
  /** Why reading says nothing of locks, in words; null: it does. */
  silent: string | null
}

export type KnownMigration = {
  name: string
  /** null: none is kept. */
  rehearsal: KnownRehearsal | null
  /** At most 20. */
  warnings: readonly MigrationWarning[]
}

/** The latest rehearsal of exactly these files; where there is none, of others among which one has this name. */
export type KnownRehearsal = Pick<RehearsedMigration, 'verdict' | 'lock' | 'rewrites'> & {
  /** RFC 3339, UTC; null: an earlier version of Belay kept it, which noted no time. */
  at: string | null
  /** As the scratch server said it, e.g. `18.1`. */
  server: string
  /** Why it is no evidence any more; empty: it is. */
  stale: readonly Stale[]
  /** The verdict in words. */
  words: string
  /** Of the up; null: it was not run. */
  durationMs: number | null
  /** The live release works on the migrated schema; null: nothing was given to ask. */
  oldReleaseWorks: boolean | null
}

/**
 * `files`: not of exactly these; `live`: the live schema is another by now; `server`: not of the live major; `data`: with
 * other rows; `old_release`: the old release was another, or was asked something else.
 */
export type Stale = 'files' | 'live' | 'server' | 'data' | 'old_release'

/** What a host answers: what is pending there, and what is kept of rehearsals. `warnings` null: not known of these files. */
export type LookedAtRehearsals =
  | {
      state: 'looked'
      pending: readonly (Omit<KnownMigration, 'warnings'> & { warnings: KnownMigration['warnings'] | null })[]
    }
  | { state: 'away'; why: string }
