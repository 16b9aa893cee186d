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
  /** Catalog fingerprint, sha256 in hex. The catalog itself is kept on the host under this name. */
  catalog: string
}

export type MigrateResult = {
  /** In the order they were applied, by this deployment. */
  applied: readonly string[]
  /** The exact history set afterwards. */
  history: readonly string[]
  catalogBefore: string
  catalogAfter: string
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
  failure: { migration: string | null; message: string } | null
  /** History and catalog are proven to be what they were before the revert began; absent: a host of an earlier version. */
  unchanged?: boolean
}

export type IntegrityResult = { name: string; verdict: 'passed' | 'failed' | 'error'; expected: string; got: string }
