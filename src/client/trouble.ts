import { ServiceError, WorkflowFailedError } from '@temporalio/client'
import { ApplicationFailure, TimeoutFailure } from '@temporalio/common'
import { failureTypes } from '../domain/failure.ts'
import { Held, Refused, Unreachable, Usage } from './errors.ts'

/** What Temporal itself said when it would not take a call, as one of this client's errors. */
export function temporalTrouble(error: unknown, namespace: string): unknown {
  const said = answerOf(error)
  if (said === null) return error
  if (/search attribute/i.test(said.details)) {
    const next = 'start one worker with BELAY_REGISTER_SEARCH_ATTRIBUTES=1, or create them once by hand'
    return new Unreachable('Temporal has no search attributes of Belay and', `namespace ${namespace}`, next, error)
  }
  if (said.code === 7 || said.code === 16) {
    const next = `it does not let us in (${said.details}); check TEMPORAL_API_KEY or the client certificate, and that it may use this namespace`
    return new Unreachable('Temporal', `namespace ${namespace}`, next, error)
  }
  const next = `check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or start it with \`belay dev\` (it said: ${said.details})`
  return new Unreachable('Temporal', `namespace ${namespace}`, next, error)
}

/** Why a short maintenance run failed, as one of this client's errors. */
export function maintenanceTrouble(error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError)) return error
  const causes = causesOf(error)
  const root = causes.at(-1)
  // Below a time that is up lies what the try before it ended with: a worker that was being stopped.
  if (causes.some((cause) => cause instanceof TimeoutFailure)) {
    const next = 'see what it waits for in the Temporal UI, and whether the agent of every host runs (`belay doctor`)'
    return new Unreachable('the worker', 'its task queue', next, error)
  }
  if (!(root instanceof ApplicationFailure)) return error
  switch (root.type) {
    case failureTypes.hostHeld:
      return new Held(root.message)
    case failureTypes.refused:
      return new Refused(root.message)
    case failureTypes.invalid:
      return new Usage(root.message)
    case failureTypes.historyAway:
      return new Unreachable('the history database', 'BELAY_DATABASE_URL of the worker', root.message, error)
    default:
      return new Error(root.message, { cause: error })
  }
}

function causesOf(error: Error): Error[] {
  return [error, ...(error.cause instanceof Error ? causesOf(error.cause) : [])]
}

/** gRPC's own errors carry `details`; the SDK wraps them in a `ServiceError` in most calls, and in some it does not. */
function answerOf(error: unknown): { details: string; code: number | null } | null {
  const inner = error instanceof ServiceError ? error.cause : error
  if (!(inner instanceof Error)) return null
  const code = 'code' in inner && typeof inner.code === 'number' ? inner.code : null
  if ('details' in inner && typeof inner.details === 'string') return { details: inner.details || inner.message, code }
  return error instanceof ServiceError || inner.name === 'NamespaceNotFoundError'
    ? { details: inner.message, code }
    : null
}
