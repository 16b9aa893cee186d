import { CancellationScope } from '@temporalio/workflow'
import type { RunEnd } from '../../src/domain/end/run-end.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { gate } from '../gate/gate.ts'
import { listen } from '../people/listen.ts'
import { release } from '../release.ts'
import { captureRestorePoints } from '../restore-points.ts'
import { turnBack } from '../rollback/go-back.ts'
import { goForward } from '../run/forward.ts'
import { openRun } from '../run/open-run.ts'
import type { Run } from '../run/run.ts'
import { verify } from '../verify.ts'
import { goBackOnPurpose } from './back.ts'

/**
 * Deploys a release, then takes it back on purpose: code, database and configuration, by the same way as a deployment
 * that failed. Both ends are proven, and how long the way back took is on the record. Completed means just that;
 * everything else ends as a typed failure. It blocks nothing, is no version of record, and leaves git alone.
 */
export async function drill(plan: Plan): Promise<RunEnd> {
  const run = openRun(plan, 'drill')
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
    })
  } catch (error) {
    return await turnBack(run, error)
  }
  return await goBackOnPurpose(run)
}
