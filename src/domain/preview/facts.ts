import type { ItemRecord } from '../checklist.ts'
import type { ReleaseChanges } from '../gate/changes.ts'
import type { Finding } from '../gate/finding.ts'
import type { OnCall } from '../gate/on-call.ts'
import type { Phase } from '../outcome.ts'
import type { Release } from '../plan.ts'
import type { PastRun } from './estimate.ts'
import type { KnownMigrations } from './known-migrations.ts'

/** What was found out for a preview: nothing was changed and no command was run for it. */
export type PreviewFacts = {
  /** RFC 3339, UTC: all of it is true as of then. */
  at: string
  /** What the hosts run by their own records; null: nothing that Belay deployed. */
  live: Release | null
  tagExists: boolean
  rules: readonly Finding[]
  /** The items of the gate as far as they answer without a person and without a command. */
  items: readonly ItemRecord[]
  /** null: they cannot be read; a rule says why. */
  changes: ReleaseChanges | null
  onCall: OnCall | null
  /** Absent: a worker of an earlier version answers; null: there is no database, or it was not asked. */
  migrations?: KnownMigrations | null
  /** The last deployments of this environment that passed, newest first; null: the history does not answer. */
  past: readonly PastRun[] | null
}

/** The run that holds the environment now. */
export type OpenRun = {
  deployment: string
  version: string
  performer: string
  /** Absent: nobody has proven the name. */
  performerProven?: boolean
  /** RFC 3339, UTC. */
  since: string
  /** null: the run did not answer. */
  phase: Phase | null
}
