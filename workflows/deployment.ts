import { CancellationScope } from '@temporalio/workflow'
import type { RunEnd } from '../src/domain/end/run-end.ts'
import type { Plan } from '../src/domain/plan.ts'
import { succeed } from './end.ts'
import { gate } from './gate/gate.ts'
import { listen } from './people/listen.ts'
import { release } from './release.ts'
import { captureRestorePoints } from './restore-points.ts'
import { turnBack } from './rollback/go-back.ts'
import { goForward } from './run/forward.ts'
import { openRun } from './run/open-run.ts'
import type { Run } from './run/run.ts'
import { verify } from './verify.ts'
import { watchAndSignOff } from './watch/watch.ts'

/**
 * Makes one release live in one environment, or leaves everything as it was.
 *
 * It refuses to deploy without the checklist, captures a way back, makes the release live with its marker, verifies it,
 * watches it while people sign, and records what happened. Whatever fails after the first change brings code, database
 * and configuration back. Completed means that the release is live; everything else ends as a typed failure.
 */
export async function deployment(plan: Plan): Promise<RunEnd> {
  const run = openRun(plan, 'deployment')
  listen(run)
  // A cancellation arrives as an abort message (see people/listen.ts): nothing below is ever torn down half way by it.
  return await CancellationScope.nonCancellable(() => story(run))
}

async function story(run: Run): Promise<RunEnd> {
  try {
    await goForward(run, async () => {
      await gate(run)
      await captureRestorePoints(run)
      await release(run)
      await verify(run)
      await watchAndSignOff(run)
    })
    return await succeed(run)
  } catch (error) {
    return await turnBack(run, error)
  }
}
