import type { Client } from '@temporalio/client'
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

/**
 * Throws {@link Unreachable} when no worker of this machine has polled the queues it is for within 70 s: its own health,
 * whoever else serves them. `hosts`: those it is the agent of.
 */
export async function requireOwnWorker(
  belay: Belay,
  own: { machine: string; central: boolean; hosts: readonly string[] },
): Promise<void> {
  const queues = [...(own.central ? [taskQueue] : []), ...own.hosts.map(hostTaskQueue)]
  for (const queue of queues) {
    const pollers = await pollersOf(belay, queue, 2)
    const ours = pollers.filter((poller) => poller.identity?.endsWith(`@${own.machine}`))
    requireFresh(ours, `a Belay worker of ${own.machine}`, queue, 'see its log')
  }
}

/** A worker polls at least once a minute. */
const freshForMs = 70_000

/** Kinds of task queue in Temporal's API. */
type QueueKind = 1 | 2

async function requirePoller(belay: Belay, queue: string, kind: QueueKind, what: string, next: string): Promise<void> {
  requireFresh(await pollersOf(belay, queue, kind), what, queue, next)
}

type Poller = Awaited<ReturnType<typeof pollersOf>>[number]

function requireFresh(pollers: readonly Poller[], what: string, queue: string, next: string): void {
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

/** When somebody last polled that queue, in milliseconds since 1970; null: nobody is known to. */
export async function lastPollMs(client: Client, queue: string, taskQueueType: QueueKind): Promise<number | null> {
  const { namespace } = client.options
  const asked = { namespace, taskQueue: { name: queue }, taskQueueType }
  const { pollers } = await client.workflowService.describeTaskQueue(asked)
  const polls = (pollers ?? []).map((poller) => Number(poller.lastAccessTime?.seconds ?? 0) * 1000)
  return polls.length === 0 ? null : Math.max(...polls)
}
