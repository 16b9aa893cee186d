import { ActivityFailure, ApplicationFailure, isCancellation, TimeoutFailure } from '@temporalio/workflow'
import type { ItemAddress } from '../../src/domain/checklist.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import { type Reason, reasonLine } from '../../src/domain/reason.ts'
import { Trouble } from './interrupt.ts'
import { type Run, tick } from './run.ts'

/** What stopped the way forward, as data. An interruption comes first: its cancellation is only the echo. */
export function reasonFrom(run: Run, error: unknown): Reason {
  if (run.interruption) return run.interruption
  if (error instanceof Trouble) return error.reason
  return { kind: 'step_failed', step: stepOf(error), host: null, message: messageOf(error) }
}

/** Names the step and the host of whatever fails inside, so that the reason can say where. */
export async function named<T>(step: string, host: string | null, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Trouble || isCancellation(error)) throw error
    if (failureType(error) === failureTypes.reset) throw new Trouble({ kind: 'reset', host: host ?? 'the host' })
    throw new Trouble({ kind: 'step_failed', step, host, message: messageOf(error) })
  }
}

/** The same for work that a "during" item stands for: where it fails, the item has failed, and says why. */
export async function evidenced<T>(run: Run, item: ItemAddress, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!isCancellation(error)) tick(run, item, { state: 'failed', via: 'belay', detail: detailOf(error) })
    throw error
  }
}

function detailOf(error: unknown): string {
  return error instanceof Trouble ? reasonLine(error.reason) : messageOf(error)
}

/** The hosts obey another run: this one is a copy of it. */
export function isReset(error: unknown): boolean {
  return error instanceof Trouble && error.reason.kind === 'reset'
}

/** The type of ours inside an activity's failure, or null. */
export function failureType(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : error
  return cause instanceof ApplicationFailure ? (cause.type ?? null) : null
}

export function messageOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? error.cause : error
  if (cause instanceof TimeoutFailure) return timeoutMessage(cause)
  return cause instanceof Error ? cause.message : String(cause)
}

function timeoutMessage(timeout: TimeoutFailure): string {
  if (timeout.timeoutType === 'SCHEDULE_TO_START')
    return 'nobody took the order: is the agent of this host running? Start it with `belay worker`.'
  if (timeout.timeoutType === 'HEARTBEAT') return 'the worker doing it disappeared and none came back'
  return `no answer in time (${timeout.timeoutType})`
}

function stepOf(error: unknown): string {
  return error instanceof ActivityFailure ? error.activityType : 'workflow'
}
