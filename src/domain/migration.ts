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

/** A value or row that a revert would destroy. `rows` is exact. */
export type Loss = { migration: string; object: string; rows: number; why: string }

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
}
