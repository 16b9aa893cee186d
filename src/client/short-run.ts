import { setTimeout as pause } from 'node:timers/promises'
import type { WorkflowHandle, WorkflowStartOptions } from '@temporalio/client'
import { words } from '../domain/reason.ts'
import type { Belay } from './client.ts'
import { Unreachable } from './errors.ts'
import { untakenIn } from './untaken.ts'
import { nextForQueue } from './workers.ts'

/** `say`: told about what nobody takes, once a queue, while it is waited for. */
export type Patience = { say: (text: string) => void; silentMs: number }

/** As long as `belay logs` waits for a host: a worker that is there takes a task at once, or after it has started. */
export const usualSilenceMs = 15_000

/**
 * Starts a run that somebody waits for, and answers with its result. A worker that has just died is still listed as
 * polling for a minute: when nobody has taken the run for `silentMs`, it is ended and {@link Unreachable} thrown, because
 * an order that nobody waits for must not be obeyed later. What the run itself waits for is only told: it has its own
 * limits, and may go on without.
 */
export async function shortRun<T>(
  belay: Belay,
  type: string,
  options: WorkflowStartOptions<(given: unknown, asks?: unknown) => Promise<T>>,
  patience: Patience,
): Promise<T> {
  const handle = await belay.temporal.workflow.start<(given: unknown, asks?: unknown) => Promise<T>>(type, options)
  const over = new AbortController()
  const silence = endUntaken(handle, patience, over.signal)
  try {
    return await handle.result()
  } catch (error) {
    over.abort()
    throw (await silence) ?? error
  } finally {
    over.abort()
  }
}

/** Ends the run that nobody takes, and answers why; null: it is over by itself. */
async function endUntaken(
  handle: WorkflowHandle,
  { say, silentMs }: Patience,
  over: AbortSignal,
): Promise<Unreachable | null> {
  const told = new Set<string>()
  for (let waitMs = silentMs; await waited(waitMs, over); waitMs = lookEveryMs) {
    // Temporal being away is told by the call that waits for the result.
    const { begun, queues } = await untakenIn(handle, silentMs).catch(() => ({ begun: true, queues: [] }))
    if (!begun && (await ended(handle, silentMs))) return unheard(handle, queues[0] ?? '', silentMs)
    for (const queue of begun ? queues.filter((one) => !told.has(one)) : []) {
      told.add(queue)
      say(`no answer on task queue ${queue} for ${words(silentMs)}; still waiting. Next: ${nextForQueue(queue)}`)
    }
  }
  return null
}

/** A look is two calls; soon enough for somebody who has waited for a quarter of a minute. */
const lookEveryMs = 2_000

/** @returns false when it is over */
async function waited(forMs: number, over: AbortSignal): Promise<boolean> {
  await pause(forMs, undefined, { signal: over }).catch(() => undefined)
  return !over.aborted
}

/** @returns false when a worker was quicker: then its own end says what became of it */
async function ended(handle: WorkflowHandle, silentMs: number): Promise<boolean> {
  await handle.terminate(`nobody has taken it for ${words(silentMs)}, and who asked has left`).catch(() => undefined)
  return !(await untakenIn(handle, silentMs)).begun
}

function unheard({ workflowId }: WorkflowHandle, queue: string, silentMs: number): Unreachable {
  const next = `nobody has taken ${workflowId} for ${words(silentMs)}, so it was ended and nothing was done. Next: ${nextForQueue(queue)}`
  return new Unreachable('a Belay worker', `task queue ${queue}`, next)
}
