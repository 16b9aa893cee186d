import { ActivityCancellationType, type ActivityOptions, proxyActivities, workflowInfo } from '@temporalio/workflow'
import { failureTypes } from '../src/domain/failure.ts'
import { hostTaskQueue, hostWatchTaskQueue, taskQueue, watchTaskQueue } from '../src/domain/id.ts'
import { shortStepMs } from '../src/domain/step-limit.ts'
import type {
  CentralActivities,
  CheckActivities,
  HostActivities,
  IdentityActivities,
  LogActivities,
  NoticeActivities,
  RecordActivities,
} from './activities.ts'

/** Runs one step under a readable id and with a summary that adds what the type does not say. */
export function act<A extends unknown[], R>(
  activity: WithOptions<A, R>,
  row: { id: string; summary: string },
  ...args: A
): Promise<R> {
  return activity.executeWithOptions({ activityId: uniqueId(row.id), summary: row.summary.slice(0, 100) }, args)
}

/** The server refuses two pending activities of one id; a step that comes again says so in its id. */
function uniqueId(id: string): string {
  const { runId } = workflowInfo()
  const counts = used.get(runId) ?? new Map<string, number>()
  used.set(runId, counts)
  const count = (counts.get(id) ?? 0) + 1
  counts.set(id, count)
  return count === 1 ? id : `${id} #${count}`
}

const used = new Map<string, Map<string, number>>()

/**
 * `probe`: short, read-only, and a failure is an answer, so it is tried a few times only.
 * `patient`: an idempotent change; a worker may die in it and the next one attaches to what it left running.
 */
export function onHost(host: string, promise: 'probe' | 'patient', longestMs = shortStepMs) {
  return proxyActivities<HostActivities>({ taskQueue: hostTaskQueue(host), ...promises[promise](longestMs) })
}

/** The short activities that any worker can do: git of the repository, evidence. */
export function anywhere(promise: 'probe' | 'patient', longestMs = shortStepMs) {
  return proxyActivities<CentralActivities>({ taskQueue, ...promises[promise](longestMs) })
}

/** Watching has queues of its own; a slice is bounded, and one that is cancelled is not awaited. */
export function watching(host: string | null, longestMs: number) {
  return proxyActivities<CheckActivities>({
    taskQueue: host === null ? watchTaskQueue : hostWatchTaskQueue(host),
    startToCloseTimeout: longestMs + 60_000,
    // Shorter than for orders: while nobody knows that the watching worker died, nobody watches.
    heartbeatTimeout: 6_000,
    cancellationType: ActivityCancellationType.TRY_CANCEL,
    // A lost slice is sampled again at once: a gap in the window is what must not happen.
    retry: { initialInterval: 500, backoffCoefficient: 1.5, maximumInterval: 5_000, nonRetryableErrorTypes: hopeless },
  })
}

/** The same checks asked once, at the gate: whoever does not take the question in time is away, and that is the answer. */
export function lookingOnce(host: string | null, longestMs: number) {
  return proxyActivities<CheckActivities>({
    taskQueue: host === null ? watchTaskQueue : hostWatchTaskQueue(host),
    scheduleToStartTimeout: 60_000,
    startToCloseTimeout: longestMs + 20_000,
    heartbeatTimeout,
    // A worker that went away in it is not the answer to the question.
    retry: { initialInterval: 500, maximumAttempts: 3, nonRetryableErrorTypes: hopeless },
  })
}

/** Reading logs, for somebody at a terminal: in the slots of watching, and "nobody answers" must come soon. */
export function reading(host: string | null, longestMs: number) {
  return proxyActivities<LogActivities>({
    taskQueue: host === null ? watchTaskQueue : hostWatchTaskQueue(host),
    scheduleToStartTimeout: 15_000,
    startToCloseTimeout: longestMs + 20_000,
    heartbeatTimeout,
    // One more try for a worker that went away in it; the reader asks again anyway.
    retry: { initialInterval: 500, maximumAttempts: 2, nonRetryableErrorTypes: hopeless },
  })
}

/** Retried until the history answers again; nothing on the safety path waits for it. */
export const record = proxyActivities<RecordActivities>({
  taskQueue,
  startToCloseTimeout: 30_000,
  retry: {
    initialInterval: 1_000,
    backoffCoefficient: 2,
    maximumInterval: 15_000,
    nonRetryableErrorTypes: [failureTypes.invalid],
  },
})

/** Before the first change the history must answer, and "no" must come soon enough for a person to wait for it. */
export const recordNow = proxyActivities<RecordActivities>({
  taskQueue,
  startToCloseTimeout: 5_000,
  retry: { initialInterval: 500, maximumAttempts: 3, nonRetryableErrorTypes: [failureTypes.invalid] },
})

/** Somebody waits for the answer, and their command for twenty seconds; a no must reach them before that. */
export const proving = proxyActivities<IdentityActivities>({
  taskQueue,
  startToCloseTimeout: 10_000,
  scheduleToCloseTimeout: 15_000,
  retry: { initialInterval: 500, maximumAttempts: 3, nonRetryableErrorTypes: [failureTypes.invalid] },
})

/** A run begins with it: a worker or a database that is just being started again gets a minute. */
export const provingStart = proxyActivities<IdentityActivities>({
  taskQueue,
  startToCloseTimeout: 10_000,
  scheduleToCloseTimeout: 60_000,
  retry: { initialInterval: 500, maximumAttempts: 6, nonRetryableErrorTypes: [failureTypes.invalid] },
})

/** The activity itself gives a receiver ten seconds; what takes longer is a worker that is gone. */
const oneTell = { taskQueue, startToCloseTimeout: 20_000 } as const

/**
 * A receiver may be away for a night. Pauses grow to five minutes: soon enough for somebody who waits, some 300 tries a
 * day for nobody. After a day it is no news any more. Runs in a run of its own, so nothing waits for it.
 */
export const notices = proxyActivities<NoticeActivities>({
  ...oneTell,
  scheduleToCloseTimeout: 24 * 60 * 60_000,
  retry: { initialInterval: 1_000, backoffCoefficient: 2, maximumInterval: 300_000 },
})

/** Somebody sits in front of it and wants to know what the receiver answers, whatever that is. */
export const noticesNow = proxyActivities<NoticeActivities>({ ...oneTell, retry: { maximumAttempts: 1 } })

/** A worker that died is noticed after this long; beats come every few seconds. */
const heartbeatTimeout = 10_000

/** Types for which trying again cannot help. */
const hopeless = [
  failureTypes.hostHeld,
  failureTypes.fenced,
  failureTypes.reset,
  failureTypes.commandFailed,
  failureTypes.unsafePath,
  failureTypes.tagMoved,
  failureTypes.invalid,
  failureTypes.notProven,
]

const promises: Record<'probe' | 'patient', (longestMs: number) => ActivityOptions> = {
  probe: () => ({
    // An agent that does not take a question within this time is down, and that is the answer.
    scheduleToStartTimeout: 60_000,
    startToCloseTimeout: 30_000,
    retry: { initialInterval: 500, backoffCoefficient: 2, maximumAttempts: 4, nonRetryableErrorTypes: hopeless },
  }),
  patient: (longestMs) => ({
    // Ten times the restart of an agent; after it a person is asked rather than left to wonder.
    scheduleToStartTimeout: 300_000,
    startToCloseTimeout: longestMs + 60_000,
    heartbeatTimeout,
    // Cancelling an order to a host is answered only when the host has obeyed: undoing must not race it.
    cancellationType: ActivityCancellationType.WAIT_CANCELLATION_COMPLETED,
    // Every attempt but the last may be a worker that died; a defect of ours must not retry for ever.
    retry: {
      initialInterval: 500,
      backoffCoefficient: 2,
      maximumInterval: 10_000,
      maximumAttempts: 10,
      nonRetryableErrorTypes: hopeless,
    },
  }),
}

type WithOptions<A extends unknown[], R> = {
  (...args: A): Promise<R>
  executeWithOptions(options: { activityId: string; summary: string }, args: A): Promise<R>
}
