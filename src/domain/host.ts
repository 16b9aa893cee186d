import type { Who } from './identity/who.ts'
import type { Marker } from './marker.ts'

/** What every order to a host carries; the host refuses one whose claim it does not hold (see `failure.ts`). */
export type HostOrder = {
  protocol: 1
  service: string
  environment: string
  host: string
  deployment: string
  /** Temporal run id. Another run id with the same deployment is a reset: refused. */
  runId: string
  /** Given by `claimHost`, grows with every claim on that host; 0 before there is one. */
  fence: number
  /** `layout.directory`; Belay's own state is in `<directory>/.belay`. */
  directory: string
}

/** Who may change this host now. Only a finished deployment or a finished rollback clears it. */
export type Claim = {
  deployment: string
  runId: string
  fence: number
  phase: string
  /** RFC 3339, UTC. */
  since: string
}

/**
 * A migration that is applied, and the directory (absolute) of the release that applied it. `snapshot`: the hash under
 * which that release's migration files are kept on the host; absent: applied before there were snapshots.
 */
export type AppliedMigration = { name: string; releaseDirectory: string | null; snapshot?: string }

/**
 * What a host runs, or ran: the triple of code, schema and configuration after a deployment or rollback that finished.
 * Kept on the host so that a rollback needs neither Postgres nor git.
 */
export type HostRecord = {
  deployment: string
  release: { version: string; commit: string }
  /** Absolute. */
  releaseDirectory: string
  /** What this deployment was made from; the file `plans/<digest>.json` in the host's state holds it whole. */
  planDigest: string
  configuration: readonly { target: string; sha256: string | null }[]
  /** null: no database. Only the first host of an environment knows it. */
  migrations: readonly AppliedMigration[] | null
  /** Catalog fingerprint (sha256, hex) after the deployment; null: no database. */
  catalog: string | null
  /** How the version of record came to be here. */
  outcome: 'SUCCESS' | 'ROLLED_BACK' | 'ADOPTED'
  at: string
}

export type HostState = {
  host: string
  claim: Claim | null
  /** Newest first; the first is the version of record. */
  records: readonly HostRecord[]
  /** A person's hold, or Belay's own after a rollback that failed. */
  lock: EnvironmentLock | null
  /** A lock whose time is over: it holds nobody. Absent: an agent of an earlier version did not say. */
  expired?: EnvironmentLock | null
  /** What is there now, read from the disk: where `current` leads, the marker. */
  live: { releaseDirectory: string | null; marker: Marker | null }
}

export type EnvironmentLock = Who & {
  reason: string
  since: string
  /** null: until somebody unlocks. */
  until: string | null
}

/**
 * What was captured on one host before a deployment changed it. The bytes stay on the host; this is its description.
 * `record` null: nothing was deployed there, so going back means stop, remove, restore absence.
 */
export type RestorePoint = {
  deployment: string
  host: string
  record: HostRecord | null
  configuration: readonly { target: string; sha256: string | null; mode: number | null }[]
  marker: Marker | null
  migrations: readonly AppliedMigration[] | null
  catalog: string | null
  at: string
}

/** Where a rollback goes on one host: back over these deployments, newest first, to `record`. */
export type RollbackTarget = {
  over: readonly string[]
  record: HostRecord | null
  migrations: readonly AppliedMigration[] | null
  catalog: string | null
}

/** A process Belay started or found: `startTicks` (field 22 of /proc/PID/stat) guards against a reused pid. */
export type RunningProcess = {
  process: string
  pid: number
  startTicks: number
  /** RFC 3339, UTC. */
  startedAt: string
}

export type StopProof = { proven: boolean; remaining: readonly { pid: number; command: string }[] }
