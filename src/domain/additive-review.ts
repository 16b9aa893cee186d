import type { Plan } from './plan.ts'
import { allAdditive } from './rollback-plan.ts'

/**
 * Why these migrations may not be applied here, or null: old code serves while they are, unless there is one host and
 * downtime is allowed. `first`: there is no old code.
 */
export function additiveRefusal(
  { hosts, layout, database }: Pick<Plan, 'hosts' | 'layout' | 'database'>,
  pending: readonly string[],
  first: boolean,
): string | null {
  if (!database || first || allAdditive(pending, database.migrations.additive)) return null
  if (hosts.length === 1 && layout.downtime) return null
  const next = 'name them in database.migrations.additive if the old release can live with them'
  return `${pending.join(', ')} not declared additive: expected one host and \`release.downtime: true\`, got ${hosts.length} host(s), downtime: ${layout.downtime}; or ${next}`
}
