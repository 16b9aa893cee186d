import { ApplicationFailure } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import type { EnvironmentLock } from '../../src/domain/host.ts'
import type { Proof } from '../../src/domain/identity/proof.ts'
import { lockedAlready } from '../../src/domain/lock-words.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { proveOrder } from '../people/prove-order.ts'
import { act, onHost, recordNow } from '../proxies.ts'
import { openRun } from '../run/open-run.ts'
import { now, orderFor } from '../run/run.ts'

/**
 * A person's hold on an environment, kept in the history and on its hosts: nobody deploys until it ends. One at a time:
 * a second one fails with `HostHeld` and changes nothing, or the history and the hosts would say two things.
 */
export async function lockEnvironment(request: { plan: Plan; lock: EnvironmentLock; proof?: Proof }): Promise<void> {
  const { plan } = request
  // Whether a name is proven is said here, by nobody else.
  const { claimed: _claimed, ...asked } = request.lock
  const order = { action: 'lock', by: asked.by, lock: asked } as const
  const { who, proof } = await proveOrder(plan, order, request.proof)
  const lock = { ...asked, ...who }
  const { service, environment } = plan
  const row = { service, environment, ...lock, kind: 'person' as const, proof }
  const inForce = await act(recordNow.lockEnvironment, { id: 'lock', summary: lock.reason }, row)
  if (!inForce.taken) {
    throw ApplicationFailure.nonRetryable(lockedAlready(environment, inForce.lock), failureTypes.hostHeld)
  }
  const run = openRun(plan, 'rollback')
  for (const host of plan.hosts) {
    await act(
      onHost(host, 'probe').lockHost,
      { id: `lock:${host}`, summary: lock.reason },
      { order: orderFor(run, host), lock },
    )
  }
}

/** Ends every hold: a person's, and Belay's own after a rollback that failed. Answers those that there were, also on a host alone. */
export async function unlockEnvironment(request: {
  plan: Plan
  by: string
  proof?: Proof
}): Promise<{ released: EnvironmentLock[] }> {
  const { plan, by } = request
  const { proof } = await proveOrder(plan, { action: 'unlock', by }, request.proof)
  const run = openRun(plan, 'rollback')
  const onHosts: EnvironmentLock[] = []
  for (const host of plan.hosts) {
    const row = { id: `unlock:${host}`, summary: `by ${by}` }
    // An agent of an earlier version answers nothing.
    const answer: Unlocked | undefined = await act(onHost(host, 'probe').unlockHost, row, {
      order: orderFor(run, host),
    })
    if (answer?.released) onHosts.push(answer.released)
  }
  const { service, environment } = plan
  const row = { service, environment, by, at: now(), proof }
  const { released } = await act(recordNow.unlockEnvironment, { id: 'unlock', summary: `by ${by}` }, row)
  // Belay's own is on the hosts before the history, which may be away, has it.
  return { released: released.length > 0 ? released : onHosts }
}

type Unlocked = { released: EnvironmentLock | null }

/** Lets a rolled-back release be deployed again. Answers what was blocked: nothing, where it was not. */
export async function clearRelease(request: {
  plan: Plan
  version: string
  by: string
  reason: string
  proof?: Proof
}): Promise<{ cleared: readonly unknown[] }> {
  const { plan, version, by, reason } = request
  const { proof } = await proveOrder(plan, { action: 'clear', by, version, reason }, request.proof)
  const { service, environment } = plan
  return await act(
    recordNow.clearRelease,
    { id: 'clear', summary: `${version} by ${by}` },
    { service, environment, version, by, at: now(), reason, proof },
  )
}
