import type { AppliedMigration } from './host.ts'

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
  /** What a person should know and what stops nothing, in words. Absent: an agent of before, which does not say. */
  notices?: readonly string[]
  /** Who applied each of `applied`, by what the host noted, else by its records; nobody known: no directory. Absent: as above. */
  owners?: readonly AppliedMigration[]
  /** Not in the history, though this host has applied them and never reverted them. Absent: as above. */
  vanished?: readonly AppliedMigration[]
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
  /** Hash under which the files that ran are kept. Absent: nothing ran, or an agent of before. */
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
  failure: { migration: string | null; message: string } | null
  /** History and catalog are proven to be what they were before the revert began; absent: a host of an earlier version. */
  unchanged?: boolean
}

/** `otherwise`: what else can be done where it is said. */
export function outOfBand(name: string, otherwise: string): string {
  return `${name} is applied, but by no release that Belay knows (out of band): undo it by hand and take it out of the history, ${otherwise}`
}

export function commentsOnly(name: string): string {
  return `${name}: only comments were changed since it was applied`
}

/** Why a migration cannot be reverted, each way in its own words. */
export function noWayBack(name: string, wayBack: 'missing' | 'empty' | 'disabled'): string {
  switch (wayBack) {
    case 'missing':
      return `${name}: expected a down migration, got none`
    case 'empty':
      return `${name}: expected a down migration, got an empty one: it would be told as reverted, and everything would still be there`
    case 'disabled':
      return `${name}: expected a down migration, but its author has disabled it`
  }
}

/** The history is older than what this host remembers. */
export function restoredFromBackup(vanished: readonly string[]): string {
  const they = vanished.length === 1 ? 'it' : 'them'
  return `the history does not hold ${vanished.join(', ')}, which Belay has applied here and never reverted: the database was restored from an older backup, or its rows were taken out by hand. Nothing runs on it; restore a backup that has ${they}, or go back to the release that belongs to it`
}

/** The history holds what the catalog does not show. */
export function olderThanHistory(name: string): string {
  return `the history says that ${name} is applied, but the catalog is exactly the one from before it: only a part of the database was restored, or its changes were undone by hand. Nothing runs on it; restore schema and history from the same backup`
}

/** Somebody changed the schema, object by object. */
export function changedSince(name: string, changes: readonly string[]): string {
  return `the schema was changed by somebody else since ${name} was applied: ${changes.join('; ')}`
}
