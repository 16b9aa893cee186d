import type { Plan } from './plan.ts'

/** The runbook's deployment marker, key for key. `timestamp` is UTC in seconds with `Z`. */
export type Marker = {
  version: string
  timestamp: string
  commit: string
  environment: string
  deployed_by: string
}

export function markerFor(plan: Plan, release: { version: string; commit: string }, at: Date, by: string): Marker {
  return {
    version: release.version,
    timestamp: `${at.toISOString().slice(0, 19)}Z`,
    commit: release.commit,
    environment: plan.environment,
    deployed_by: by,
  }
}

/** The file's exact content: two-space JSON with a final newline. */
export function markerText(marker: Marker): string {
  return `${JSON.stringify(marker, null, 2)}\n`
}
