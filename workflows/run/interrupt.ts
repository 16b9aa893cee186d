import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import { type Reason, reasonLine } from '../../src/domain/reason.ts'
import { note, type Run } from './run.ts'

/** Stops the way forward for the first reason that comes; later ones are only recorded. */
export function interrupt(run: Run, reason: Reason): void {
  note(run, 'failure', reasonLine(reason))
  if (run.interruption) return
  run.interruption = reason
  run.forward.cancel()
}

export function throwIfInterrupted(run: Run): void {
  if (run.interruption) throw new Trouble(run.interruption)
}

/**
 * Thrown on the way forward; the story catches it and goes back. The short runs do not catch it and fail with its words,
 * which is why it is an ApplicationFailure: an ordinary error would leave their workflow task retrying for ever.
 */
export class Trouble extends ApplicationFailure {
  readonly reason: Reason
  constructor(reason: Reason) {
    super(reasonLine(reason), failureTypes.refused, true)
    this.reason = reason
  }
}
