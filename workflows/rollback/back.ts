import type { AppliedMigration, HostRecord, RollbackTarget } from '../../src/domain/host.ts'
import type { Loss } from '../../src/domain/migration/migration.ts'
import type { Undone } from '../../src/domain/rollback/plan.ts'
import type { Live } from '../run/live.ts'

/** What a rollback takes back and where it goes: the release it brings again on each host, and the migrations it reverts. */
export type Way = {
  undone: Undone
  /** By host. */
  targets: ReadonlyMap<string, RollbackTarget>
  /** The version of record, by host. */
  current: ReadonlyMap<string, HostRecord>
  /** Records older than the target, by host. */
  earlier: ReadonlyMap<string, readonly HostRecord[]>
  /** To be reverted, newest first. */
  migrations: readonly AppliedMigration[]
  catalogBefore: string | null
  catalogAfter: string | null
  /** Who asked, or `belay`. */
  by: string
}

/** What a rollback is doing: the release it brings back, and what became of the schema. */
export type Back = {
  way: Way
  live: Live | null
  schema: Schema
  /** Why a revert that would lose nothing did not happen all the same; it changed nothing. null: it was not refused. */
  refused: string | null
  /** The agent that reverted said what it left unchanged. false: an agent of an earlier version, which did not. */
  exact: boolean
  tries: Map<string, number>
  /** Milliseconds since 1970: when the last step before the watching was proven. */
  provenAtMs: number
}

/** What became of the schema. */
export type Schema = {
  reverted: readonly string[]
  kept: readonly string[]
  losses: readonly Loss[]
  /** The catalog equals the one before; null: nothing was reverted. */
  restored: boolean | null
}

/** The record each host is to run again: with `--only` the code stays the one that is there. */
export function bringsBack(way: Way): ReadonlyMap<string, HostRecord> {
  if (way.undone.only !== 'all') return way.current
  return new Map([...way.targets].flatMap(([host, { record }]) => (record ? [[host, record]] : [])))
}

/** How often a step has been asked for. It grows only when a person decides `retry`: the host keys its work by it. */
export function tryOf(back: Back, id: string): number {
  return back.tries.get(id) ?? 1
}
