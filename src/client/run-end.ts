import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client'
import { ApplicationFailure } from '@temporalio/common'
import type { RunEnd } from '../domain/end/run-end.ts'

/** Waits for the end of a run and reads it as data, whether it completed or failed with Belay's own failure. */
export async function endOf(handle: WorkflowHandle): Promise<RunEnd> {
  try {
    return readEnd(await handle.result())
  } catch (error) {
    if (!(error instanceof WorkflowFailedError)) throw error
    const { cause } = error
    if (cause instanceof ApplicationFailure && cause.details?.[0]) return readEnd(cause.details[0])
    throw new UnknownEnd(handle.workflowId, error)
  }
}

/** The run ended without Belay's own words: terminated, or a defect. Nothing may be concluded about the hosts. */
export class UnknownEnd extends Error {
  constructor(workflowId: string, cause: unknown) {
    const how = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : String(cause)
    super(`${workflowId} ended without an outcome (${how}); look at the hosts with belay status, then belay rollback`, {
      cause,
    })
    this.name = 'UnknownEnd'
  }
}

function readEnd(value: unknown): RunEnd {
  if (isRunEnd(value)) return value
  throw new TypeError(`expected the end of a run, got ${JSON.stringify(value)?.slice(0, 200)}`)
}

/** Made by workflow code of this version or another: only what is read here is checked. */
function isRunEnd(value: unknown): value is RunEnd {
  return typeof value === 'object' && value !== null && 'outcome' in value && 'sentence' in value
}
