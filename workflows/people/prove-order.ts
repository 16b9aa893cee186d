import { ApplicationFailure, patched, workflowInfo } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import { orderStatement, staleness, unsigned } from '../../src/domain/identity/identity.ts'
import { isOfAll, type Order, type OrderProof, orderCommand } from '../../src/domain/identity/order.ts'
import type { Proof } from '../../src/domain/identity/proof.ts'
import type { Who } from '../../src/domain/identity/who.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { act, provingStart, recordNow } from '../proxies.ts'
import { now } from '../run/run.ts'

/** Who asked for it. `proof` null: the name is taken as given. */
export type Orderer = { who: Who; proof: OrderProof | null }

/**
 * Who does this to an environment, before anything is looked at or changed: where names are proven, they have signed this
 * very order, for this very run. Throws `Refused` with what to type.
 */
export async function proveOrder(plan: Plan, order: Order, proof: Proof | undefined): Promise<Orderer> {
  const { by } = order
  // Runs of earlier versions asked nobody, and are replayed as they were.
  if (!patched('orders-ask-who')) return { who: { by }, proof: null }
  if (plan.identity === 'ssh') return { who: { by, claimed: false }, proof: await proven(plan, order, proof) }
  await refuseClaimed(plan, order)
  return { who: { by }, proof: null }
}

/** On the record of what was made by hand, once it is open: who asked, and the signature. Twice: once. */
export async function recordOrder(
  { who, proof }: Orderer,
  { deployment }: Plan,
  about: string,
  seq = 1,
): Promise<void> {
  if (proof === null) return
  const event = {
    at: proof.takenAt,
    kind: 'message',
    text: `${about} by ${who.by} (ssh)`,
    data: { performerProven: true },
  } as const
  await act(recordNow.noteLater, { id: 'note who', summary: event.text }, { deployment, event })
  const proofs = [{ seq, action: 'start' as const, about, ...proof }]
  const records = { deployment, items: [], events: [], samples: [], proofs }
  await act(recordNow.appendRecords, { id: 'keep the proof', summary: about }, records)
}

async function proven(plan: Plan, order: Order, proof: Proof | undefined): Promise<OrderProof> {
  const { action, by } = order
  const command = orderCommand(order, plan.environment)
  if (!proof) throw refused(unsigned(`${action} by ${by}`, plan.environment, command))
  const { signature, at: signedAt } = proof
  const stale = staleness(proof, workflowInfo().startTime.getTime())
  if (stale !== null) throw refused(`${stale}; next: ${command}`)
  const signed = { statement: orderStatement(plan, order, signedAt), by, signature }
  const row = { id: 'prove', summary: `${by} signed this ${action}` }
  const { runId } = workflowInfo()
  const verdict = await act(provingStart.verifyStart, row, { ...signed, plan, runId, once: true })
  if (!verdict.proven) throw refused(`not proven to be ${by}: ${verdict.why}; next: ${command}, with your SSH key`)
  const times = { signedAt: new Date(signedAt).toISOString(), takenAt: now() }
  return { ...signed, key: verdict.key ?? null, ...times }
}

/**
 * A plan is made by whoever asks: the worker remembers where names must be proven, and so does the history where an order
 * is for all environments together.
 */
async function refuseClaimed({ service, environment }: Plan, order: Order): Promise<void> {
  if (isOfAll(order)) {
    const row = { id: 'names', summary: `where names must be proven` }
    const [first] = await act(provingStart.provenEnvironments, row, { service })
    if (first === undefined) return
    throw refused(unsigned(`${order.action} of all environments`, first, orderCommand(order, first)))
  }
  const row = { id: 'names', summary: `whether names must be proven in ${environment}` }
  if (!(await act(provingStart.demandsProof, row, { environment }))) return
  throw refused(
    `this worker demands proven names in ${environment} (BELAY_SSH_ENVIRONMENTS), and the order has identity: claimed; next: write identity: ssh for it in belay.yaml`,
  )
}

function refused(message: string): ApplicationFailure {
  const type = failureTypes.refused
  return ApplicationFailure.create({ type, nonRetryable: true, message: `nothing was changed: ${message}` })
}
