import type { Freeze, Freezes } from '../src/domain/gate/freeze.ts'
import type { Plan } from '../src/domain/plan.ts'
import { act, recordNow } from './proxies.ts'
import { now } from './run.ts'

/** `from` null: from now on. */
export type FreezeOrder = Omit<Freeze, 'from'> & { from: string | null }

/** Nobody deploys from a time on, until another: kept in the history, and asked right before a first change. */
export async function freezeEnvironment(request: { plan: Plan; freeze: FreezeOrder }): Promise<Freezes> {
  const { plan, freeze } = request
  const row = { id: 'freeze', summary: freeze.reason }
  return await act(recordNow.freezeEnvironment, row, {
    service: plan.service,
    of: plan.environment,
    ...freeze,
    at: now(),
  })
}

/** Ends every freeze of an environment, or (`all`) every one of all; those of the other kind stay, and are answered. */
export async function unfreezeEnvironment(request: {
  plan: Plan
  all: boolean
  by: string
}): Promise<{ ended: Freeze[]; left: Freezes }> {
  const { plan, all, by } = request
  const { service, environment } = plan
  const thaw = { service, of: environment, environment: all ? null : environment, by, at: now() }
  return await act(recordNow.unfreezeEnvironment, { id: 'unfreeze', summary: `by ${by}` }, thaw)
}
