import type { Plan } from '../../domain/plan.ts'
import { mayBeShownAdditive } from '../../domain/rollback/additive-review.ts'
import type { Finding } from '../load.ts'

/**
 * Old code must not meet a schema it cannot live with. Which migrations a release brings is known when it is fetched;
 * what is certain beforehand is that with several hosts, and none declared additive, none can be applied; unless the live
 * release may show at the gate that it can live with them.
 */
export function migrationFindings(plan: Pick<Plan, 'database' | 'gate' | 'hosts' | 'layout'>): Finding[] {
  const additive = plan.database?.migrations.additive
  const noneAdditive = additive === 'none' || (Array.isArray(additive) && additive.length === 0)
  if (!noneAdditive || plan.hosts.length < 2 || plan.layout.downtime || mayBeShownAdditive(plan)) return []
  return [
    {
      path: ['database', 'migrations', 'additive'],
      expected: `additive migrations or release.downtime: true with ${plan.hosts.length} hosts`,
      got: 'none',
      hint: 'name the migrations the old release can live with, accept the downtime, or let database.rehearsal.old_release show it at the gate',
    },
  ]
}
