import type { Plan, Release } from '../../src/domain/plan.ts'

/** A release that is live, or about to be: what it was made from, and where it is. */
export type Live = {
  readonly plan: Plan
  readonly release: Release
  /** The marker's exact content, made once for all hosts. */
  markerText: string
  /** By host, where another content stands: a rollback leaves the marker of a host alone that was never switched. */
  readonly markersLeft: Map<string, string>
  /** By host. */
  readonly releaseDirectories: Map<string, string>
  /** By host, where the release's files are not in its directory before it is live (checked out in place). */
  readonly sources: Map<string, string>
  readonly configuration: Map<string, readonly { target: string; sha256: string | null }[]>
  /** RFC 3339; null until it is live. */
  since: string | null
}

export function newLive(plan: Plan, release = plan.release): Live {
  const byHost = {
    markersLeft: new Map(),
    releaseDirectories: new Map(),
    sources: new Map(),
    configuration: new Map(),
  }
  return { plan, release, markerText: '', ...byHost, since: null }
}

/** Empty: none is expected. */
export function markerTextOn(live: Live, host: string | null): string {
  return live.markersLeft.get(host ?? '') ?? live.markerText
}
