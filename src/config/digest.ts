import { createHash } from 'node:crypto'
import { canonicalJson } from '../domain/canonical-json.ts'
import type { Plan } from '../domain/plan.ts'

/** sha256 (hex) over what a plan does: who started which attempt, and with which claims, does not change it. */
export function planDigest(plan: Omit<Plan, 'digest'> | Plan): string {
  const { deployment: _deployment, performer: _performer, claims: _claims, proof: _proof, ...rest } = plan
  const { digest: _digest, ...content } = { digest: '', ...rest }
  return createHash('sha256').update(canonicalJson(content)).digest('hex')
}
