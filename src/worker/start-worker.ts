import { Client } from '@temporalio/client'
import { NativeConnection, Worker, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker'
import type pg from 'pg'
import { type TemporalSettings, temporalSettings } from '../client/temporal-settings.ts'
import { whyUnreachable } from '../client/why-unreachable.ts'
import { hostTaskQueue, hostWatchTaskQueue, taskQueue, watchTaskQueue } from '../domain/id.ts'
import { centralActivities, centralLooks, hostActivities, hostLooks, type World } from './compose.ts'
import { measureOpenRuns } from './metrics/open-runs.ts'
import { prepareHistory } from './prepare-history.ts'
import { type Leave, requireReplayable } from './replay/require-replayable.ts'
import { requireSearchAttributes } from './search-attributes.ts'

export type WorkerStart = World & {
  /** Absent: this process is only the agent of its hosts. */
  central?: { history: pg.Pool; workflowBundle: WorkflowBundleOption }
  /** Hosts this process is the agent of. */
  hosts: readonly string[]
  /** Adds missing search attributes; only where nobody else looks after the namespace. */
  registerSearchAttributes: boolean
  /** Open runs to start without, although this workflow code cannot carry them on. */
  leave: Leave | null
}

export type RunningWorker = {
  queues: readonly string[]
  address: string
  namespace: string
  /** A line for each open run that this worker cannot carry on and was told to leave behind. */
  left: readonly string[]
  /** Resolves after {@link stop}; rejects when a worker failed by itself, after the others were stopped. */
  ended: Promise<void>
  /** Takes no more work, lets running activities end for a moment, then hands them to the next worker. */
  stop(): Promise<void>
}

/**
 * One worker a task queue, on one connection. The address, namespace, TLS and API key are Temporal's own settings
 * (`TEMPORAL_*` in `environment`, or its configuration file). Throws {@link Unreachable}, what is
 * missing, or `ReplayRefused`.
 */
export async function startWorker(start: WorkerStart): Promise<RunningWorker> {
  const settings = temporalSettings(start.environment)
  const { address, namespace } = settings
  const connection = await connect(settings)
  const closing: { stop(): void }[] = []
  const close = async () => {
    for (const part of closing) part.stop()
    await connection.close()
  }
  try {
    await requireSearchAttributes(connection, { namespace, register: start.registerSearchAttributes })
    const client = new Client({ connection, namespace })
    const left = await replayFirst(start, client)
    // After the replaying: a worker that refuses to start has not changed the tables of the one it was to replace.
    if (start.central) closing.push(await prepareHistory(start.central.history, start.logger))
    const parts = partsOf(start)
    const workers = await Promise.all(parts.map((part) => Worker.create({ ...drain, ...part, connection, namespace })))
    const running = runAll(workers)
    if (start.meter) closing.push(measureOpenRuns(client, start.meter, start))
    const ended = running.ended.finally(close)
    return {
      queues: parts.map((part) => part.taskQueue),
      address,
      namespace,
      left,
      ended,
      stop: () => running.stop().then(() => ended),
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** An agent has no workflow code, so that nothing of it can differ. */
async function replayFirst(start: WorkerStart, client: Client): Promise<string[]> {
  return start.central ? await requireReplayable(client, start.central.workflowBundle, start) : []
}

/** How a worker stops; a service manager must leave it more time than both. */
export const drain = {
  // Short activities end by themselves in this time; all others only follow what outlives them and may let go.
  shutdownGraceTime: 3_000,
  // An activity that ignores its cancellation must not keep a worker from being replaced; the next one repeats it.
  shutdownForceTime: 15_000,
} as const

type Part = Pick<WorkerOptions, 'taskQueue' | 'activities' | 'workflowBundle'> & { taskQueue: string }

function partsOf(start: WorkerStart): Part[] {
  return [
    ...(start.central ? centralParts(start, start.central) : []),
    ...start.hosts.flatMap((host) => hostParts(start, host)),
  ]
}

function centralParts(start: WorkerStart, central: NonNullable<WorkerStart['central']>): Part[] {
  const activities = centralActivities(start, central.history)
  return [
    { taskQueue, activities, workflowBundle: central.workflowBundle },
    { taskQueue: watchTaskQueue, activities: centralLooks(start) },
  ]
}

function hostParts(start: WorkerStart, host: string): Part[] {
  return [
    { taskQueue: hostTaskQueue(host), activities: hostActivities(host, start) },
    // Slots of its own: an order to roll back never queues behind watching.
    { taskQueue: hostWatchTaskQueue(host), activities: hostLooks(host, start) },
  ]
}

/** All or none: when one worker fails the others stop, so that whoever supervises the process starts it again. */
function runAll(workers: readonly Worker[]): { ended: Promise<void>; stop(): Promise<void> } {
  const stop = () => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
  }
  const runs = workers.map((worker) => worker.run())
  const ended = Promise.all(runs).then(
    () => undefined,
    async (error: unknown) => {
      stop()
      await Promise.allSettled(runs)
      throw error
    },
  )
  // Whoever awaits `ended` gets the failure; until then it must not end the process.
  ended.catch(() => undefined)
  return {
    ended,
    async stop() {
      stop()
    },
  }
}

/** The native client would wait half a minute for somebody who says nothing. */
const connectTimeoutMs = 8_000

async function connect(settings: TemporalSettings): Promise<NativeConnection> {
  const late = new AbortController()
  const connecting = NativeConnection.connect(settings.options)
  const timer = setTimeout(() => late.abort(new Error('no answer in time')), connectTimeoutMs)
  try {
    return await Promise.race([connecting, aborted(late.signal)])
  } catch (error) {
    connecting.then((connection) => connection.close()).catch(() => undefined)
    throw await whyUnreachable(settings, error)
  } finally {
    clearTimeout(timer)
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
}
