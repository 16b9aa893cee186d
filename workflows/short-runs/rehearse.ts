import { ApplicationFailure } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import type { Plan } from '../../src/domain/plan.ts'
import type { RehearsalAnswer } from '../../src/domain/rehearsal/answer.ts'
import { refuseBroken } from '../gate/refuse.ts'
import { demandRule, performerRule, provePerformer } from '../gate/rules/performer.ts'
import { act, onHost, proving } from '../proxies.ts'
import { openRun } from '../run/open-run.ts'
import { orderFor, type Run } from '../run/run.ts'

/**
 * Tries the pending migrations of a release on a scratch database, now. Nothing live is changed, claimed or recorded; but
 * it runs what the release brings on its host, so where names are proven, whoever asks has signed it.
 */
export async function rehearseRelease(plan: Plan): Promise<RehearsalAnswer> {
  const run = openRun(plan, 'deployment')
  await provePerformer(run, 'rehearse')
  const demanding = { id: 'proven names', summary: `does this worker demand them in ${plan.environment}` }
  const demanded = await act(proving.demandsProof, demanding, { environment: plan.environment })
  refuseBroken([...performerRule(run), ...demandRule(run, demanded)])
  const row = { id: 'rehearse', summary: `${plan.release.version} against what is live on ${plan.environment}` }
  return await rehearseOnHost(run, row, 'command')
}

/** The first host leads, as everywhere: it reaches the database. */
export async function rehearseOnHost(
  run: Run,
  row: { id: string; summary: string },
  asked: 'gate' | 'command',
): Promise<RehearsalAnswer> {
  const { database, hosts, layout, repository, release } = run.plan
  const [host] = hosts
  if (!database || host === undefined) {
    throw ApplicationFailure.nonRetryable(
      'this service has no database; there is nothing to rehearse',
      failureTypes.invalid,
    )
  }
  const input = { order: orderFor(run, host), repository, release, layout, database, for: asked }
  const longestMs = (database.rehearsal?.timeoutMs ?? 0) + layout.buildTimeoutMs + 60_000
  return await act(onHost(host, 'patient', longestMs).rehearseRelease, row, input)
}
