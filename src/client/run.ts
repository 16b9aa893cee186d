import {
  type Client,
  type WorkflowHandle,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client'
import type { RunEnd } from '../domain/end/run-end.ts'
import { taskQueue } from '../domain/id.ts'
import type { Message, Receipt } from '../domain/message.ts'
import type { RunStatus } from '../domain/status.ts'
import { environmentOf, Refused, Unreachable, Usage } from './errors.ts'
import { endOf } from './run-end.ts'

/** One run, open or closed. */
export type Run = {
  workflowId: string
  runId: string
  deployment: string
  namespace: string
  /**
   * What the run says of itself; needs a worker, closed runs too. `after`: with the events that follow this number
   * instead of the newest. Throws {@link Unreachable} when no worker answers.
   */
  status(signal?: AbortSignal, after?: number): Promise<RunStatus>
  /**
   * Sends a message as an Update: answers with a receipt, or throws why not. {@link Refused}: the run said no, in its own
   * words. {@link Usage}: it has ended. {@link Unreachable}: nobody took it in time. `id`: the run takes the message once, however often it is sent.
   */
  tell(message: Message, id?: string): Promise<Receipt>
  /** Waits for the end, whatever it is; never throws for a bad one, only when `signal` ends the waiting. */
  end(signal?: AbortSignal): Promise<RunEnd>
  open(): Promise<boolean>
}

export function runOf(
  client: Client,
  handle: Pick<WorkflowHandle, 'workflowId'>,
  { runId, deployment }: { runId: string; deployment: string },
): Run {
  const exact = client.workflow.getHandle(handle.workflowId, runId)
  const within = <T>(limitMs: number, work: () => Promise<T>) => client.withDeadline(Date.now() + limitMs, work)
  const until = <T>(signal: AbortSignal | undefined, work: () => Promise<T>) =>
    signal ? client.withAbortSignal(signal, work) : work()
  return {
    workflowId: handle.workflowId,
    runId,
    deployment,
    namespace: client.options.namespace,
    async status(signal, after) {
      const asked = after === undefined ? [] : [{ after }]
      try {
        return await until(signal, () =>
          within(queryLimitMs, () => exact.query<RunStatus, unknown[]>('status', ...asked)),
        )
      } catch (error) {
        throw unanswered(exact.workflowId, error)
      }
    },
    async tell({ name, ...input }, id) {
      const args: [unknown] = [input]
      const options = id === undefined ? { args } : { args, updateId: id }
      try {
        return await within(messageLimitMs, () => exact.executeUpdate<Receipt, [unknown]>(name, options))
      } catch (error) {
        throw untold(exact.workflowId, error)
      }
    },
    end: (signal) => until(signal, () => endOf(exact)),
    open: async () => (await exact.describe()).status.name === 'RUNNING',
  }
}

/** A worker that is there answers at once, or after reading the run's history again. */
const queryLimitMs = 10_000
const messageLimitMs = 20_000

function unanswered(workflowId: string, error: unknown): unknown {
  if (error instanceof WorkflowNotFoundError) return error
  const next = 'start a worker with `belay worker` (or `belay dev`); the run itself is kept and goes on then'
  return new Unreachable(`the worker of ${workflowId}`, `task queue ${taskQueue}`, next, error)
}

function untold(workflowId: string, error: unknown): unknown {
  const environment = environmentOf(workflowId)
  if (error instanceof WorkflowNotFoundError) {
    return new Usage(`the run on ${environment} has ended; see: belay status ${environment}`)
  }
  if (error instanceof WorkflowUpdateFailedError) return new Refused(error.cause?.message ?? error.message)
  if (!(error instanceof WorkflowUpdateRPCTimeoutOrCancelledError)) return error
  const next = `not known whether it was recorded; start one with \`belay worker\`, then: belay status ${environment}`
  return new Unreachable(`the worker of ${workflowId}`, `task queue ${taskQueue}`, next, error)
}
