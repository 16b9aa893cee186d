import type { Release } from '../plan.ts'

/**
 * What a release changes, compared with the version of record. Read at the gate, again after every wait, and shown by
 * `belay plan`: the same data. Lists are bounded where they are read; a total says how many there are.
 */
export type ReleaseChanges = {
  /** null: nothing is deployed, so everything is new. */
  base: Release | null
  commits: {
    total: number
    /** Newest first, at most 50. */
    newest: readonly { commit: string; author: string; subject: string; at: string }[]
    authors: readonly string[]
  }
  migrations: readonly MigrationChange[]
  configuration: readonly ConfigurationChange[]
  dependencies: readonly DependencyChange[]
  /** sha256 of what people review, by subject; null: there is no difference. */
  hashes: { migrations: string | null; configuration: string | null; dependencies: string | null }
  /** sha256 of base and hashes: approvals and sign-offs are void when it is another. */
  digest: string
}

export type MigrationChange = {
  name: string
  change: 'added' | 'edited' | 'removed'
  additive: 'yes' | 'no' | 'unknown'
  /** As far as its files tell. */
  wayBack: 'reversible' | 'loses_data' | 'none' | 'unknown'
}

/** One configuration file. Files that are not JSON, YAML or `KEY=value` lines are compared as a whole: no `keys`. */
export type ConfigurationChange = {
  source: string
  target: string
  change: 'added' | 'changed' | 'removed'
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

/** One lockfile. `packages` null: its format is not known, so only that it differs can be said. */
export type DependencyChange = {
  file: string
  change: 'added' | 'changed' | 'removed'
  packages: readonly { name: string; before: string | null; after: string | null }[] | null
}
