import type { RollbackRequest } from '../../../workflows/rollback/by-hand.ts'
import {
  messageStatement,
  orderStatement,
  rollbackStatement,
  type Starts,
  startStatement,
} from '../../domain/identity/identity.ts'
import type { Order } from '../../domain/identity/order.ts'
import type { Proof } from '../../domain/identity/proof.ts'
import { type Message, parseMessage } from '../../domain/message.ts'
import type { Plan } from '../../domain/plan.ts'
import type { RunStatus } from '../../domain/status.ts'
import { Usage } from '../errors.ts'

/** Signs for one person. `sign` answers with an armored SSH signature in the namespace `belay`, or throws why not. */
export type Signer = { sign(statement: string): Promise<string> }

/** Who signs and by which clock; null where nobody has to be asked. */
export type Signing = { signer: Signer; now: () => Date }

/** The message with its proof, where the run believes nobody without one; elsewhere as it is. */
export async function provenMessage(message: Message, to: RunStatus, { signer, now }: Signing): Promise<Message> {
  if (to.identity !== 'ssh') return message
  const { name, ...input } = message
  // Signed as the run will read it: what it would cut off or drop must not be part of the statement.
  const parsed = parseMessage(name, input)
  if (!parsed.ok) throw new Usage(parsed.problem)
  const at = now().toISOString()
  const { service, environment, planDigest, waitingFor } = to
  const saidTo = { service, environment, planDigest, askedAt: waitingFor?.since ?? null }
  return {
    ...parsed.message,
    proof: { signature: await signer.sign(messageStatement(parsed.message, saidTo, at)), at },
  }
}

/** Right before it is started: a signature is worth something for fifteen minutes. */
export async function provenPlan(plan: Plan, starts: Starts, { signer, now }: Signing): Promise<Plan> {
  if (plan.identity !== 'ssh') return plan
  const at = now().toISOString()
  return { ...plan, proof: { signature: await signer.sign(startStatement(plan, starts, at)), at } }
}

export async function provenRollback(request: RollbackRequest, { signer, now }: Signing): Promise<RollbackRequest> {
  if (request.plan.identity !== 'ssh') return request
  const at = now().toISOString()
  return { ...request, proof: { signature: await signer.sign(rollbackStatement(request, at)), at } }
}

/** To be sent with the order; nothing where names are taken as given. `signing` null: nobody is there to sign. */
export async function orderProof(plan: Plan, order: Order, signing: Signing | null): Promise<{ proof?: Proof }> {
  if (plan.identity !== 'ssh' || signing === null) return {}
  const at = signing.now().toISOString()
  return { proof: { signature: await signing.signer.sign(orderStatement(plan, order, at)), at } }
}
