import { sha256Of } from '../../activities/disk/sha256.ts'
import type { Plan } from '../domain/plan.ts'
import { planContent } from '../domain/plan-content.ts'

/** sha256 (hex) over what a plan does: who started which attempt, and with which claims, does not change it. */
export function planDigest(plan: Omit<Plan, 'digest'> | Plan): string {
  return sha256Of(planContent(plan))
}
