import { CancellationScope } from '@temporalio/workflow'
import { throwIfInterrupted } from './interrupt.ts'
import type { Run } from './run.ts'

/**
 * The phases of a story that an interruption stops. Their scope is a child of the story's own, which nobody cancels: a
 * cancellation from outside has become an abort message before it gets here.
 */
export async function goForward(run: Run, phases: () => Promise<void>): Promise<void> {
  run.forward = new CancellationScope({ cancellable: true })
  // A message may precede the first line of a run.
  throwIfInterrupted(run)
  await run.forward.run(phases)
}
