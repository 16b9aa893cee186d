/**
 * What came of trying migrations on a scratch database: each forth, back and forth again, judged by catalog fingerprints
 * and rows, never by what a tool printed.
 */
export type Rehearsal = {
  server: ScratchServer
  /**
   * How the scratch database came to what is live: a copy of a restored backup, the applied migrations again, a dump of
   * the schema, or nothing (a whole history).
   */
  built: 'copied' | 'replayed' | 'dumped' | 'empty'
  /** In the order in which they are applied. */
  migrations: readonly RehearsedMigration[]
  /** What the live release can still do on the migrated schema; null: nothing was given to ask. */
  oldRelease: { works: boolean; answers: readonly { name: string; ok: boolean; detail: string }[] } | null
  /** What this is evidence of; null: of a history as a whole, not of a release. */
  binds: RehearsalBinding | null
}

/** `version`: as the server says it, e.g. `18.1`. */
export type ScratchServer = { version: string; major: number; from: 'given' | 'embedded' }

/** A rehearsal counts only while all of these are what they were. */
export type RehearsalBinding = {
  /** Over the files of the pending migrations, sha256 in hex. */
  files: string
  /** Fingerprint of the live catalog. */
  live: string
  serverMajor: number
}

export type RehearsedMigration = {
  name: string
  verdict: 'reversible' | 'loses' | 'no_way_back' | 'broken'
  /** `not_run`: one before it failed, so it cannot be known; nothing is proven of it. */
  up: { state: 'ok' | 'failed' | 'not_run'; durationMs: number; message: string | null }
  /** `order_only`: everything is back, but columns stand in another order. `none`: there is no way back. */
  down: {
    state: 'exact' | 'order_only' | 'not_restored' | 'failed' | 'none' | 'not_run'
    durationMs: number
    /** Object by object, in words, where it does not restore. */
    difference: readonly string[]
    message: string | null
  }
  /** Forth once more: must come to what the first up came to. */
  again: {
    state: 'ok' | 'differs' | 'failed' | 'not_run'
    durationMs: number
    difference: readonly string[]
    message: string | null
  }
  /** Rows the way back met in what the up made or changed; `not`: tables left without, and why, in words. */
  seeded: { rows: number; not: readonly string[] }
  /** What going back destroys, in words: values written since (these alone are still `reversible`), or what the up itself destroyed. */
  loses: readonly string[]
  /** Why there is no way back, as declared; null: nothing is declared. */
  declared: string | null
  /**
   * The strongest lock it took on a table that was there before; null: none, or not known. `sampled`: looked at again and
   * again, so that a short one may have been missed; absent: recorded by the server.
   */
  lock: { mode: string; on: string; sampled?: boolean } | null
  /** Tables that were there before and were written anew, row by row. */
  rewrites: readonly string[]
  warnings: readonly MigrationWarning[]
}

/** Found by reading, not by running. `line` counts from 1 in `file`. */
export type MigrationWarning = {
  way: 'up' | 'down'
  file: string
  line: number
  rule: string
  message: string
  from: 'belay' | 'squawk'
}
