import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { EnvironmentLock, HostOrder, HostRecord, HostState } from '../../src/domain/host.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { readJson, removeFile, writeJson } from '../disk/atomic.ts'
import { exclusively } from '../disk/exclusive.ts'
import type { Steps } from '../step/steps.ts'
import { readLocks, takeClaim } from './claim.ts'
import { readHostState } from './inspect.ts'
import { hostPaths } from './paths.ts'
import { readClaim, readKnown, requireClaim, withClaim } from './require-claim.ts'
import { type KnownDeployment, parsePlan } from './state-files.ts'

export { hostPaths } from './paths.ts'
export { requireClaim, withClaim } from './require-claim.ts'

type HostDeps = { host: string; clock: () => Date; steps: Pick<Steps, 'close'> }

/** What a host knows and who may change it. All of it is in `<directory>/.belay`, so that it outlives every worker. */
export function createHostActivities({ host, clock, steps }: HostDeps) {
  return {
    /** Claim, records, lock and what is live, read now. Needs no claim and changes nothing. */
    async inspectHost({ order }: { order: HostOrder }): Promise<HostState> {
      return await readHostState(host, checked(order).directory, clock())
    },

    /**
     * Gives this run the host: nobody else changes it until `finishHost`. Its own claim again: the same fence. Throws
     * `HostHeld` when another deployment, or a lock, holds it; with `takeOver` it is taken all the same, with a higher
     * fence, after every step of that deployment has ended (else `NotProven`), unless only one of the two is an adoption.
     * `WorkflowReset`: this deployment is known under another run id. `Fenced`: the order is older than the end of its
     * own deployment or a later claim.
     */
    async claimHost(input: { order: HostOrder; phase: string; takeOver: boolean }): Promise<{ fence: number }> {
      checked(input.order)
      return await takeClaim(input, { clock, steps })
    },

    /** Belay's own lock after a rollback that failed or waits: only the holder of the claim may set it. */
    async holdHost({ order, lock }: { order: HostOrder; lock: EnvironmentLock }): Promise<void> {
      await withClaim(checked(order), async () => {
        await writeJson(hostPaths(order.directory).lock, lock)
      })
    },

    /** A person's lock; needs no claim. The last one stands. */
    async lockHost({ order, lock }: { order: HostOrder; lock: EnvironmentLock }): Promise<void> {
      await guarded(checked(order), async () => await writeJson(hostPaths(order.directory).lock, lock))
    },

    /** Takes the lock off, whoever set it, and answers with it; needs no claim. null: none was there, as at the second time. */
    async unlockHost({ order }: { order: HostOrder }): Promise<{ released: EnvironmentLock | null }> {
      return await guarded(checked(order), async () => {
        // One that nobody can read holds the host, and goes as well.
        const held = await readLocks(order.directory, clock()).catch(() => null)
        await removeFile(hostPaths(order.directory).lock)
        return { released: held && (held.lock ?? held.expired) }
      })
    },

    /**
     * Writes the records (when given; they replace the old ones) and gives the claim back. Repeated after it has ended:
     * nothing is written again.
     */
    async finishHost({ order, records }: { order: HostOrder; records: HostRecord[] | null }): Promise<void> {
      await guarded(checked(order), async () => {
        const known = await readKnown(order)
        const claim = await readClaim(order.directory)
        const own = known?.runId === order.runId && known.fence === order.fence
        if (own && known.finished && claim?.deployment !== order.deployment) return
        await requireClaim(order)
        const paths = hostPaths(order.directory)
        if (records) await writeJson(paths.records, records)
        const { deployment, runId, fence } = order
        await writeJson(paths.deployment(deployment), {
          deployment,
          runId,
          fence,
          finished: true,
        } satisfies KnownDeployment)
        await removeFile(paths.claim)
      })
    },

    /** Keeps the plan under its digest, for a rollback that has nothing else to go by. */
    async savePlan({ order, plan }: { order: HostOrder; plan: Plan }): Promise<void> {
      await requireClaim(checked(order))
      await writeJson(hostPaths(order.directory).plan(plan.digest), plan)
    },

    /** The plan that was kept under this digest; throws `Invalid` when there is none. */
    async readPlan({ order, digest }: { order: HostOrder; digest: string }): Promise<Plan> {
      const plan = await readJson(hostPaths(checked(order).directory).plan(digest), parsePlan)
      if (plan) return plan
      throw invalid(
        `${host}: expected the plan ${digest.slice(0, 12)} among those kept, got none; it was never deployed here`,
      )
    },
  }

  /** An order for another host would change the wrong machine. */
  function checked(order: HostOrder): HostOrder {
    if (order.host !== host)
      throw invalid(`expected an order for ${host}, got one for ${order.host}; check the task queues`)
    if (order.protocol !== 1)
      throw invalid(`${host}: expected protocol 1, got ${order.protocol}; bring the agent up to date`)
    if (!order.directory.startsWith('/'))
      throw invalid(`${host}: expected an absolute directory, got ${order.directory}`)
    return order
  }
}

async function guarded<T>(order: HostOrder, work: () => Promise<T>): Promise<T> {
  return await exclusively(hostPaths(order.directory).guard, work)
}

function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
