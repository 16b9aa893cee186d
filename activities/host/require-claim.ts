import { ApplicationFailure } from '@temporalio/common'
import { adoptedVersion, isAdoption } from '../../src/domain/adoption.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { Claim, EnvironmentLock, HostOrder } from '../../src/domain/host.ts'
import { lockHolder } from '../../src/domain/identity/who.ts'
import { adoptCommand } from '../../src/domain/next-command.ts'
import { readJson } from '../disk/atomic.ts'
import { exclusively } from '../disk/exclusive.ts'
import { hostPaths } from './paths.ts'
import { type KnownDeployment, parseClaim, parseKnown } from './state-files.ts'

/**
 * Every activity that changes a host asks this first. Throws, non-retryable: `Fenced` (no claim, or somebody with a
 * higher fence has taken the host over), `HostHeld` (another deployment's claim), `WorkflowReset` (this deployment
 * under another run id).
 */
export async function requireClaim(order: HostOrder): Promise<Claim> {
  const claim = await readClaim(order.directory)
  const known = await readKnown(order)
  if (known && known.runId !== order.runId) throw workflowReset(order, known.runId)
  if (claim === null) throw fenced(order, 'no claim')
  if (claim.deployment !== order.deployment) {
    throw order.fence > 0 && order.fence < claim.fence
      ? fenced(order, `the claim of ${claim.deployment} with fence ${claim.fence}`)
      : hostHeld(order, { claim, lock: null })
  }
  if (claim.runId !== order.runId) throw workflowReset(order, claim.runId)
  if (claim.fence !== order.fence) throw fenced(order, `fence ${claim.fence}`)
  return claim
}

/** `work` while the claim is held and cannot be taken away: for changes that are short and not detached. */
export async function withClaim<T>(order: HostOrder, work: (claim: Claim) => Promise<T>): Promise<T> {
  return await exclusively(hostPaths(order.directory).guard, async () => await work(await requireClaim(order)))
}

/** What this host remembers of a deployment that has claimed it, finished or not. */
export async function readKnown(order: HostOrder): Promise<KnownDeployment | null> {
  return await readJson(hostPaths(order.directory).deployment(order.deployment), parseKnown)
}

export async function readClaim(directory: string): Promise<Claim | null> {
  return await readJson(hostPaths(directory).claim, parseClaim)
}

export function fenced(order: HostOrder, got: string): ApplicationFailure {
  const message = `${order.host}: expected the claim of ${order.deployment} with fence ${order.fence}, got ${got}; this order is too old`
  return ApplicationFailure.create({ type: failureTypes.fenced, nonRetryable: true, message })
}

export function workflowReset(order: HostOrder, runId: string): ApplicationFailure {
  const message = `${order.host}: deployment ${order.deployment} belongs to run ${runId}, the order comes from run ${order.runId}: a workflow that was reset may not change a host`
  return ApplicationFailure.create({ type: failureTypes.reset, nonRetryable: true, message })
}

/** `details[0]`: the claim or the lock that holds it. */
export function hostHeld(
  order: HostOrder,
  held: { claim: Claim | null; lock: EnvironmentLock | null },
): ApplicationFailure {
  const { claim } = held
  const next =
    claim && isAdoption(claim)
      ? `give ${adoptCommand(order.environment, adoptedVersion(claim))} again first, as before`
      : 'roll it back first'
  const what = claim
    ? `host holds unfinished deployment ${claim.deployment} (phase ${claim.phase}, since ${claim.since}); ${next}`
    : `locked by ${held.lock ? lockHolder(held.lock) : 'nobody'} since ${held.lock?.since}: ${held.lock?.reason}; unlock it first`
  const message = `${order.host}: ${what}`
  return ApplicationFailure.create({ type: failureTypes.hostHeld, nonRetryable: true, message, details: [held] })
}
