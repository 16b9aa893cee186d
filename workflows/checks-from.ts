import type { CheckSpec } from '../src/domain/check.ts'
import { type Live, markerTextOn } from './run/live.ts'
import { orderFor, type Run } from './run/run.ts'

/** Of the named checks, those that are asked from this host; null: from a worker. */
export function checksFrom(live: Live, host: string | null, names: readonly string[]): Record<string, CheckSpec> {
  const from = host === null ? 'worker' : 'hosts'
  const here = Object.entries(live.plan.checks).filter(([name, check]) => names.includes(name) && check.from === from)
  return Object.fromEntries(here)
}

export type WatchedCheck = { name: string; spec: CheckSpec; intervalMs: number; failureLimit: number }

/** The checks that are sampled throughout the window, from this host; null: from a worker. */
export function watchedFrom(live: Live, host: string | null): WatchedCheck[] {
  const watched = live.plan.monitoring.checks
  const here = checksFrom(
    live,
    host,
    watched.map(({ check }) => check),
  )
  return watched.flatMap(({ check, intervalMs, failureLimit }) => {
    const spec = here[check]
    return spec ? [{ name: check, spec, intervalMs, failureLimit }] : []
  })
}

/** What a check may know of the release it is about. */
export function contextFor(run: Run, live: Live, host: string | null) {
  const { service, environment, layout, marker } = live.plan
  const expected = markerTextOn(live, host)
  return {
    service,
    environment,
    deployment: run.plan.deployment,
    order: host === null ? null : orderFor(run, host),
    releaseDirectory: host === null ? null : (live.releaseDirectories.get(host) ?? null),
    processes: [...layout.processes],
    marker: { file: marker.file, expected: expected === '' ? null : JSON.parse(expected) },
    liveSince: live.since,
  }
}
