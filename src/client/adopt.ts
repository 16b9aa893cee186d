import { WorkflowExecutionAlreadyStartedError, WorkflowFailedError, type WorkflowHandle } from '@temporalio/client'
import { TerminatedFailure } from '@temporalio/common'
import type { AdoptionRequest } from '../../workflows/adopt/survey.ts'
import { type Adoption, type AdoptionSurvey, adoptionIdOf } from '../domain/adoption.ts'
import { taskQueue } from '../domain/id.ts'
import { adoptionOrder } from '../domain/identity/order.ts'
import { claimed, nameWords } from '../domain/item-words.ts'
import { adoptCommand } from '../domain/next-command.ts'
import type { Belay } from './client.ts'
import { Held, Unreachable } from './errors.ts'
import { orderProof, type Signing } from './sign/signer.ts'
import { maintenanceTrouble, temporalTrouble } from './trouble.ts'

type Confirmed = AdoptionRequest & { confirmed: AdoptionSurvey }

/**
 * Adopts what was surveyed, or attaches to the adoption of the same release that is under way. Throws {@link Held} for
 * another one, `Refused`, `Usage` or `Unreachable` likewise, and when it takes longer than a person waits: it goes on.
 */
export async function adoptRunning(
  belay: Belay,
  request: Confirmed,
  signing: Signing | null = null,
): Promise<Adoption> {
  const proof = await orderProof(request.plan, adoptionOrder(request), signing)
  const handle = await startOrAttach(belay, { ...request, ...proof })
  const patience = AbortSignal.timeout(longestWaitMs)
  try {
    return await belay.temporal.withAbortSignal(patience, async () => await handle.result())
  } catch (error) {
    if (patience.aborted) throw late(handle.workflowId, error)
    throw temporalTrouble(maintenanceTrouble(terminated(request, error)), belay.namespace)
  }
}

/** Every check within its own deadline, and a worker that comes back; the run itself has no limit. */
const longestWaitMs = 300_000

async function startOrAttach(belay: Belay, request: Confirmed): Promise<WorkflowHandle<() => Promise<Adoption>>> {
  const { plan, by } = request
  const { version, commit } = plan.release
  const workflowId = adoptionIdOf(plan.service, plan.environment)
  const { workflow } = belay.temporal
  try {
    return await workflow.start<(given: Confirmed) => Promise<Adoption>>('adopt', {
      args: [request],
      workflowId,
      taskQueue,
      // The ID is the lock of adoptions. No execution timeout: it would leave a claim behind.
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      staticSummary: `Adoption of ${version} on ${plan.environment} by ${nameWords(by, plan.identity === 'ssh')}`.slice(
        0,
        180,
      ),
      memo: { deployment: plan.deployment, version, commit, performer: by },
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw temporalTrouble(error, belay.namespace)
    const open = await workflow.getHandle(workflowId).describe()
    if (open.memo?.commit === commit) return workflow.getHandle<() => Promise<Adoption>>(workflowId, open.runId)
    const { version: other = 'another release', performer = 'somebody' } = open.memo ?? {}
    const since = open.startTime.toISOString()
    throw new Held(
      `${plan.environment}: ${other} is being adopted by ${claimed(String(performer))} since ${since}; wait, or see ${workflowId} in the Temporal UI`,
    )
  }
}

function late(workflowId: string, cause: unknown): Unreachable {
  const next = `it goes on by itself; the same command attaches to it again (${workflowId} in the Temporal UI shows what it waits for)`
  return new Unreachable('the adoption', `task queue ${taskQueue}`, next, cause)
}

/** Ended from outside it could give nothing back. */
function terminated({ plan }: Confirmed, error: unknown): unknown {
  if (!(error instanceof WorkflowFailedError && error.cause instanceof TerminatedFailure)) return error
  return new Held(
    `the adoption was terminated, and may have left a claim; the next one takes it over: ${adoptCommand(plan.environment, plan.release.version)}, as before`,
  )
}
