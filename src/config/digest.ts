import { createHash } from 'node:crypto'
import type { Plan } from '../domain/plan.ts'
import { planContent } from '../domain/plan-content.ts'

/** sha256 (hex) over what a plan does: who started which attempt, and with which claims, does not change it. */
export function planDigest(plan: Omit<Plan, 'digest'> | Plan): string {
  return createHash('sha256').update(planContent(plan)).digest('hex')
}
