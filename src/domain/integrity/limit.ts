import type { DatabasePlan } from '../plan.ts'

/** A query that proves something answers within a minute, or is no check for the middle of a deployment. */
export const longestAssertionMs = 60_000

/** How long a whole integrity check may take: the rows as long as a migration, structure and sequences a minute, each assertion its own. */
export function integrityLimitMs({ migrations, integrity }: DatabasePlan): number {
  return migrations.timeoutMs + 60_000 + integrity.length * Math.min(migrations.timeoutMs, longestAssertionMs)
}
