import { isAdoption } from '../../src/domain/adoption.ts'
import type { Claim, EnvironmentLock, HostOrder } from '../../src/domain/host.ts'
import { readJson, removeFile, writeJson } from '../disk/atomic.ts'
import { exclusively } from '../disk/exclusive.ts'
import type { Steps } from '../step/steps.ts'
import { hostPaths } from './paths.ts'
import { fenced, hostHeld, readClaim, readKnown, workflowReset } from './require-claim.ts'
import { type KnownDeployment, type LastFence, parseFence, parseLock } from './state-files.ts'

type Claiming = { order: HostOrder; phase: string; takeOver: boolean }

/** See `claimHost`. Everything is decided and written under the host's lock. */
export async function takeClaim(
  { order, phase, takeOver }: Claiming,
  { clock, steps }: { clock: () => Date; steps: Pick<Steps, 'close'> },
): Promise<{ fence: number }> {
  return await exclusively(hostPaths(order.directory).guard, async () => {
    const known = await readKnown(order)
    const claim = await readClaim(order.directory)
    if (known && known.runId !== order.runId) throw workflowReset(order, known.runId)
    if (claim?.deployment === order.deployment) return { fence: claim.fence }
    await refuseLate(order, known)
    await refuseHeld({ order, phase, takeOver }, claim, clock)
    // Its commands may still run although its workflow is gone: they end before we may begin.
    if (claim) await steps.close(claim.deployment)
    return await writeClaim(order, phase, clock().toISOString())
  })
}

/** The hold on this host, told apart by whether it still counts. */
export async function readLocks(
  directory: string,
  now: Date,
): Promise<{ lock: EnvironmentLock | null; expired: EnvironmentLock | null }> {
  const lock = await readJson(hostPaths(directory).lock, parseLock)
  const over = lock?.until && Date.parse(lock.until) <= now.getTime()
  return over ? { lock: null, expired: lock } : { lock, expired: null }
}

/** An order from before this deployment finished, or from before somebody took over, must not bring its claim back. */
async function refuseLate(order: HostOrder, known: KnownDeployment | null): Promise<void> {
  if (!known) return
  const last = await lastFence(order.directory)
  if (last.deployment !== order.deployment)
    throw fenced(order, `a later claim, of ${last.deployment}, fence ${last.fence}`)
  if (known.finished && order.fence !== known.fence) throw fenced(order, 'the end of that deployment')
}

/** Who takes over has looked before, and somebody may have come since: an adoption and a rollback never displace each other. */
async function refuseHeld({ order, phase, takeOver }: Claiming, claim: Claim | null, clock: () => Date): Promise<void> {
  const sameKind = !claim || isAdoption(claim) === isAdoption({ phase })
  if (takeOver && sameKind) return
  if (claim) throw hostHeld(order, { claim, lock: null })
  const { lock, expired } = await readLocks(order.directory, clock())
  if (lock) throw hostHeld(order, { claim: null, lock })
  // It was noted on the run that now takes the host; nobody has to read of it again.
  if (expired) await removeFile(hostPaths(order.directory).lock)
}

/** The claim last: whoever dies in between leaves a fence that nobody used. */
async function writeClaim(order: HostOrder, phase: string, since: string): Promise<{ fence: number }> {
  const paths = hostPaths(order.directory)
  const { deployment, runId } = order
  const fence = (await lastFence(order.directory)).fence + 1
  await writeJson(paths.fence, { fence, deployment } satisfies LastFence)
  await writeJson(paths.deployment(deployment), { deployment, runId, fence, finished: false } satisfies KnownDeployment)
  await writeJson(paths.claim, { deployment, runId, fence, phase, since } satisfies Claim)
  return { fence }
}

async function lastFence(directory: string): Promise<LastFence> {
  return (await readJson(hostPaths(directory).fence, parseFence)) ?? { fence: 0, deployment: '' }
}
