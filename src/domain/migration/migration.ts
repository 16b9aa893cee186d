import type { AppliedMigration } from '../host.ts'

/** What the release's migration directory and the database's history say together. Names are the tool's own. */
export type MigrationReview = {
  applied: readonly string[]
  pending: readonly string[]
  /** Applied, but neither in the release's directory nor known to the host's records: nobody here can revert them. */
  unknown: readonly string[]
  /** Pending ones without a way back: no down, an empty one, or an up that destroys values by itself. */
  withoutDown: readonly string[]
  /** Why `migrate` would refuse before it runs anything, in words: edited, out of order, no tool. Empty: it would not. */
  refusals: readonly string[]
  /** What a person should know but what stops nothing, in words. Absent: an agent of an earlier version did not say. */
  notices?: readonly string[]
  /** Who applied each of `applied`, by what the host noted, else by its records; nobody known: no directory. Absent: as above. */
  owners?: readonly AppliedMigration[]
  /** Not in the history, though this host has applied them and never reverted them. Absent: as above. */
  vanished?: readonly AppliedMigration[]
  /** Not in the history since somebody accepted a restored database without them. Absent: none, or as above. */
  restored?: readonly string[]
  /** Releases that are gone and without which what they applied cannot be reverted. Absent: as above. */
  gone?: readonly GoneRelease[]
  /** Hash of the release's migration files, as `migrate` would keep them. Absent: as above. */
  snapshot?: string
  /** Catalog fingerprint, sha256 in hex. The catalog itself is kept on the host under this name. */
  catalog: string
}

/** `planDigest`: the kept plan that it was made from; null: nobody here knows, so it cannot be made again. */
export type GoneRelease = { releaseDirectory: string; planDigest: string | null }

export type MigrateResult = {
  /** In the order they were applied, by this deployment. */
  applied: readonly string[]
  /** The exact history set afterwards. */
  history: readonly string[]
  catalogBefore: string
  catalogAfter: string
  /** Hash under which the files that ran are kept. Absent: nothing ran, or the agent was of an earlier version. */
  snapshot?: string
  failure: { migration: string | null; message: string } | null
}

/** What stands in the way of a revert, object by object. `rows` is exact. */
export type Loss = {
  migration: string
  object: string
  rows: number
  why: string
  /** Absent: `lost` or `gone`, as hosts of earlier versions report them. */
  kind?: LossKind
}

/**
 * `lost`: values the revert would destroy. `gone`: the migration itself destroyed them, and no revert brings them back.
 * `forbidden`: rows that what the revert puts back does not allow; none is lost, the revert would fail. `uncounted`:
 * nobody can tell.
 */
export const lossKinds = ['lost', 'gone', 'forbidden', 'uncounted'] as const
export type LossKind = (typeof lossKinds)[number]

export type RevertResult = {
  reverted: readonly string[]
  /** Still applied, newest first; empty when everything was reverted. */
  kept: readonly string[]
  losses: readonly Loss[]
  /** Catalog now equals the one before the deployment. Never true on the strength of a tool's exit code. */
  catalogRestored: boolean
  /** Object by object, in words, where it does not. At most 20. */
  difference: readonly string[]
  /** All of `difference` was there before the revert, and is somebody else's. Absent: it is not. */
  foreign?: true
  /** What stopped nothing and should be known, in words. Absent: nothing. */
  warnings?: readonly string[]
  /** What downs did to rows of tables that stay and nobody stopped them for, in words. At most 20. Absent: nothing. */
  taken?: readonly string[]
  failure: { migration: string | null; message: string } | null
  /** History and catalog are proven to be what they were before the revert began; absent: a host of an earlier version. */
  unchanged?: boolean
}
