import type { Client } from '@temporalio/client'
import { hostOfQueue, hostTaskQueue, taskQueue } from '../domain/id.ts'
import type { Plan } from '../domain/plan.ts'
import { isFreshPoll } from '../domain/polls.ts'
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
    const queue = hostTaskQueue(host)
    await requirePoller(belay, { queue, kind: 2, what: `the agent of host ${host}`, next: nextForQueue(queue) })
  }
}

/** Likewise, only for the worker that runs the workflows: enough for what is said to a run. */
export async function requireWorker(belay: Belay): Promise<void> {
  await requirePoller(belay, { queue: taskQueue, kind: 1, what: 'a Belay worker', next: nextForQueue(taskQueue) })
}

/** Who serves a queue, and how to start them. */
export function nextForQueue(queue: string): string {
  const host = hostOfQueue(queue)
  if (host === null) return 'start one with `belay worker` (or `belay dev`)'
  return `start it there with \`belay worker --host ${host}\``
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
    const what = `a Belay worker of ${own.machine}`
    await requirePoller(belay, { queue, kind: 2, what, next: 'see its log', machine: own.machine })
  }
}

/** Kinds of task queue in Temporal's API: of workflow tasks, of activities. */
export type QueueKind = 1 | 2

type Polled = { queue: string; kind: QueueKind; what: string; next: string; machine?: string }

async function requirePoller(belay: Belay, { queue, kind, what, next, machine }: Polled): Promise<void> {
  const newest = await lastPollMs(belay.temporal, queue, kind, machine).catch((error: unknown) => {
    throw temporalTrouble(error, belay.namespace)
  })
  if (!isFreshPoll(newest, Date.now())) throw new Unreachable(what, `task queue ${queue}`, next)
}

/**
 * When somebody last polled that queue, in milliseconds since 1970; null: nobody is known to. `machine`: only workers
 * of that one count.
 */
export async function lastPollMs(
  client: Client,
  queue: string,
  taskQueueType: QueueKind,
  machine?: string,
): Promise<number | null> {
  const { namespace } = client.options
  const asked = { namespace, taskQueue: { name: queue }, taskQueueType }
  const { pollers } = await client.workflowService.describeTaskQueue(asked)
  const polls = (pollers ?? [])
    .filter(({ identity }) => machine === undefined || identity?.endsWith(`@${machine}`))
    .map(({ lastAccessTime }) => Number(lastAccessTime?.seconds ?? 0) * 1000)
  return polls.length === 0 ? null : Math.max(...polls)
}
