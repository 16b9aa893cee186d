import { ApplicationFailure } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import type { Freeze, FreezeOrder, Freezes } from '../../src/domain/gate/freeze.ts'
import type { Proof } from '../../src/domain/identity/proof.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { proveOrder } from '../people/prove-order.ts'
import { act, recordNow } from '../proxies.ts'
import { now } from '../run/run.ts'

/** Nobody deploys from a time on, until another: kept in the history, and asked right before a first change. */
export async function freezeEnvironment(request: { plan: Plan; freeze: FreezeOrder; proof?: Proof }): Promise<Freezes> {
  const { plan, freeze } = request
  refuseForeign(plan, freeze)
  const { proof } = await proveOrder(plan, { action: 'freeze', by: freeze.by, freeze }, request.proof)
  const row = { id: 'freeze', summary: freeze.reason }
  return await act(recordNow.freezeEnvironment, row, {
    service: plan.service,
    of: plan.environment,
    ...freeze,
    at: now(),
    proof,
  })
}

/** Whoever may freeze one environment may not freeze another with it. */
function refuseForeign(plan: Plan, { environment }: FreezeOrder): void {
  if (environment === null || environment === plan.environment) return
  const message = `expected a freeze of ${plan.environment}, or of every environment, got one of ${environment}`
  throw ApplicationFailure.nonRetryable(message, failureTypes.invalid)
}

/** Ends every freeze of an environment, or (`all`) every one of all; those of the other kind stay, and are answered. */
export async function unfreezeEnvironment(request: {
  plan: Plan
  all: boolean
  by: string
  proof?: Proof
}): Promise<{ ended: Freeze[]; left: Freezes }> {
  const { plan, all, by } = request
  const { proof } = await proveOrder(plan, { action: 'unfreeze', by, all }, request.proof)
  const { service, environment } = plan
  const thaw = { service, of: environment, environment: all ? null : environment, by, at: now(), proof }
  return await act(recordNow.unfreezeEnvironment, { id: 'unfreeze', summary: `by ${by}` }, thaw)
}
