import type { DatabasePlan, Plan } from '../plan.ts'
import type { Rehearsed } from '../rehearsal/answer.ts'
import { allAdditive } from './plan.ts'

/**
 * Why these migrations may not be applied here, or null: old code serves while they are, unless there is one host and
 * downtime is allowed. `first`: there is no old code. `rehearsed`: what the live release has shown; null: nobody asked it.
 */
export function additiveRefusal(
  { hosts, layout, database }: Pick<Plan, 'hosts' | 'layout' | 'database'>,
  pending: readonly string[],
  first: boolean,
  rehearsed: Rehearsed | null = null,
): string | null {
  if (!database || first || countsAsAdditive(pending, database.migrations.additive, rehearsed)) return null
  if (hosts.length === 1 && layout.downtime) return null
  const next =
    'name them in database.migrations.additive if the old release can live with them, or let database.rehearsal.old_release show that it can'
  return `${pending.join(', ')} not declared additive: expected one host and \`release.downtime: true\`, got ${hosts.length} host(s), downtime: ${layout.downtime}; or ${next}`
}

/** Declared so, or proven: the live release worked on the schema after exactly these. */
export function countsAsAdditive(
  pending: readonly string[],
  declared: DatabasePlan['migrations']['additive'],
  rehearsed: Rehearsed | null,
): boolean {
  if (allAdditive(pending, declared)) return true
  return rehearsed?.oldReleaseWorks === true && pending.every((name) => rehearsed.migrations.includes(name))
}

/** A rehearsal at the gate asks the live release whether it can live with them: nobody knows before it has answered. */
export function mayBeShownAdditive({ database, gate }: Pick<Plan, 'database' | 'gate'>): boolean {
  const how = gate.items.migrations_tested
  if (how.by !== 'evidence' || !how.providers.some(({ kind }) => kind === 'rehearsal')) return false
  const old = database?.rehearsal?.oldRelease
  return old !== undefined && (old.queries.length > 0 || old.command !== null)
}
