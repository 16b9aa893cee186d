import { hostTaskQueue, taskQueue } from '../domain/id.ts'
import type { Plan } from '../domain/plan.ts'
import type { Belay } from './client.ts'
import { Unreachable } from './errors.ts'
import { temporalTrouble } from './trouble.ts'

/**
 * Throws {@link Unreachable} when nobody has polled a queue this plan needs for 70 s. A poller that died stays listed
 * for minutes, so a fresh one is a hint and not a proof; the run itself finds out within a minute.
 */
export async function requireWorkers(belay: Belay, plan: Plan): Promise<void> {
  await requireWorker(belay)
  for (const host of plan.hosts) {
    const next = `start it there with \`belay worker --host ${host}\``
    await requirePoller(belay, hostTaskQueue(host), 2, `the agent of host ${host}`, next)
  }
}

/** Likewise, only for the worker that runs the workflows: enough for what is said to a run. */
export async function requireWorker(belay: Belay): Promise<void> {
  await requirePoller(belay, taskQueue, 1, 'a Belay worker', 'start one with `belay worker` (or `belay dev`)')
}

/** A worker polls at least once a minute. */
const freshForMs = 70_000

/** Kinds of task queue in Temporal's API. */
type QueueKind = 1 | 2

async function requirePoller(belay: Belay, queue: string, kind: QueueKind, what: string, next: string): Promise<void> {
  const pollers = await pollersOf(belay, queue, kind)
  const newest = Math.max(0, ...pollers.map((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000))
  if (Date.now() - newest > freshForMs) throw new Unreachable(what, `task queue ${queue}`, next)
}

async function pollersOf(belay: Belay, queue: string, taskQueueType: QueueKind) {
  const { namespace, temporal } = belay
  try {
    const described = await temporal.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: queue },
      taskQueueType,
    })
    return described.pollers ?? []
  } catch (error) {
    throw temporalTrouble(error, namespace)
  }
}
