import type { EnvironmentLock } from '../src/domain/host.ts'
import type { Plan } from '../src/domain/plan.ts'
import { openRun } from './open-run.ts'
import { act, onHost, recordNow } from './proxies.ts'
import { now, orderFor } from './run.ts'

/** A person's hold on an environment, kept on its hosts and in the history: nobody deploys until it ends. */
export async function lockEnvironment(request: { plan: Plan; lock: EnvironmentLock }): Promise<void> {
  const { plan, lock } = request
  const run = openRun(plan, 'rollback')
  for (const host of plan.hosts) {
    await act(
      onHost(host, 'probe').lockHost,
      { id: `lock:${host}`, summary: lock.reason },
      { order: orderFor(run, host), lock },
    )
  }
  const { service, environment } = plan
  await act(
    recordNow.lockEnvironment,
    { id: 'lock', summary: lock.reason },
    { service, environment, ...lock, kind: 'person' },
  )
}

/** Ends every hold: a person's, and Belay's own after a rollback that failed. */
export async function unlockEnvironment(request: { plan: Plan; by: string }): Promise<void> {
  const { plan, by } = request
  const run = openRun(plan, 'rollback')
  for (const host of plan.hosts) {
    await act(
      onHost(host, 'probe').unlockHost,
      { id: `unlock:${host}`, summary: `by ${by}` },
      { order: orderFor(run, host) },
    )
  }
  const { service, environment } = plan
  await act(recordNow.unlockEnvironment, { id: 'unlock', summary: `by ${by}` }, { service, environment, by, at: now() })
}

/** Lets a rolled-back release be deployed again. */
export async function clearRelease(request: {
  plan: Plan
  version: string
  by: string
  reason: string
}): Promise<void> {
  const { plan, version, by, reason } = request
  const { service, environment } = plan
  await act(
    recordNow.clearRelease,
    { id: 'clear', summary: `${version} by ${by}` },
    { service, environment, version, by, at: now(), reason },
  )
}
