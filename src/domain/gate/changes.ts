import type { Release } from '../plan.ts'

/**
 * What a release changes, compared with the version of record. Read at the gate, again after every wait, and shown by
 * `belay plan`: the same data. Lists are bounded where they are read; a total says how many there are.
 */
export type ReleaseChanges = {
  /** What the environment is meant to run; null: nothing is deployed, or nobody knows. */
  base: Release | null
  /**
   * `first`: nothing is deployed, so everything is new. `unknown`: nobody knows what runs, or the repository does not
   * have its commit, so everything counts as changed.
   */
  basis: 'compared' | 'first' | 'unknown'
  commits: {
    total: number
    /** Commits of the base that the release does not have: it goes back by these. */
    takenBack: number
    /** Newest first, at most 50. */
    newest: readonly { commit: string; author: string; subject: string; at: string }[]
    /** `Name <email>`, whoever has most commits first, at most 20. */
    authors: readonly string[]
    /** How many different authors there are. */
    people: number
  }
  migrations: readonly MigrationChange[]
  configuration: readonly ConfigurationChange[]
  dependencies: readonly DependencyChange[]
  /** Before anything was left out: migrations, configuration keys (a file without keys counts as one), packages. */
  totals: { migrations: number; configuration: number; dependencies: number }
  /** sha256 of what people review, by subject; null: there is no difference. */
  hashes: { migrations: string | null; configuration: string | null; dependencies: string | null }
  /** sha256 of base and hashes: approvals and sign-offs are void when it is another. */
  digest: string
}

export type MigrationChange = {
  name: string
  /** `unknown`: its directory is not in the commit, so that nobody can compare. */
  change: 'added' | 'edited' | 'removed' | 'unknown'
  additive: 'yes' | 'no' | 'unknown'
  /** As far as its files tell. */
  wayBack: 'reversible' | 'loses_data' | 'none' | 'unknown'
}

/** One configuration file. Files that are not JSON, YAML or `KEY=value` lines are compared as a whole: no `keys`. */
export type ConfigurationChange = {
  source: string
  target: string
  /** Where the base writes the same source, if the release writes it elsewhere. */
  movedFrom?: string
  /**
   * `unknown`: it is not in the commit (the build makes it), so that nobody can compare. `moved`: only its target is
   * another. Where the base's plan is known, a source that it did not bring is `added`, also if its commit had the file.
   */
  change: 'added' | 'changed' | 'removed' | 'moved' | 'unknown'
  keys: readonly ConfigurationKey[]
}

/** Values of keys that look like secrets are never shown: `before` and `after` are null then. */
export type ConfigurationKey = {
  key: string
  change: 'added' | 'changed' | 'removed'
  secret: boolean
  before: string | null
  after: string | null
}

/**
 * One lockfile. `packages` null: its format is not known, so only that it differs can be said. `unknown`: neither commit
 * has it, so that nobody can compare; `file` null: neither has any that is known.
 */
export type DependencyChange = {
  file: string | null
  change: 'added' | 'changed' | 'removed' | 'unknown'
  packages: readonly { name: string; before: string | null; after: string | null }[] | null
}
