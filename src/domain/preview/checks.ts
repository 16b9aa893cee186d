import type { Plan } from '../plan.ts'
import { probeWords } from '../plan-summary.ts'

/** One health check: what it asks, from where, and how often while the release is watched. */
export type PlannedCheck = {
  check: string
  asks: string
  from: 'worker' | 'hosts'
  /** null: asked when the release is verified, not watched afterwards. */
  everyMs: number | null
}

export function plannedChecks({ checks, monitoring }: Plan): PlannedCheck[] {
  return Object.entries(checks).map(([check, { probe, from }]) => ({
    check,
    asks: probeWords(probe),
    from,
    everyMs: monitoring.checks.find((watched) => watched.check === check)?.intervalMs ?? null,
  }))
}
