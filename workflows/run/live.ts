import type { Plan, Release } from '../../src/domain/plan.ts'
import { Trouble } from './interrupt.ts'

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

/** Where the release runs from on a host. */
export function releaseDirectoryOf(live: Live, host: string): string {
  const directory = live.releaseDirectories.get(host)
  if (directory === undefined)
    throw new Trouble({ kind: 'step_failed', step: 'fetch', host, message: 'the release was not fetched' })
  return directory
}

/** Where the release's own files are, live or not: its migrations are read from there. */
export function sourceOf(live: Live, host: string): string {
  return live.sources.get(host) ?? releaseDirectoryOf(live, host)
}
