import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import type { Run } from '../../run/run.ts'
import { withDrill } from '../way-back.ts'

/**
 * The drill that was demanded, asked for once more after a wait: one that was held meanwhile and did not come back
 * counts, and so does time. Until the item is answered it asks by itself.
 */
export async function lastDrillRule(run: Run): Promise<Finding[]> {
  const demand = run.plan.gate.policy?.rollbackPlan.drill ?? null
  if (demand === null || run.startedAs === 'drill') return []
  if (run.items.get('pre.rollback_plan')?.state !== 'passed') return []
  const { ok, detail, next = null } = await withDrill(run, demand)
  return [ok ? held('pre.rollback_plan', detail) : broken('pre.rollback_plan', detail, { next })]
}
