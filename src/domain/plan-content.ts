import { canonicalJson } from './canonical-json.ts'
import type { Plan } from './plan.ts'

/** The text a plan's digest is of: what it does. Who started which attempt, and with which claims, does not change it. */
export function planContent(plan: Omit<Plan, 'digest'> | Plan): string {
  const { deployment: _deployment, performer: _performer, claims: _claims, proof: _proof, ...rest } = plan
  const { digest: _digest, ...content } = { digest: '', ...rest }
  return canonicalJson(content)
}
