import { ApplicationFailure } from '@temporalio/workflow'
import { failureTypes } from '../src/domain/failure.ts'
import type { Plan } from '../src/domain/plan.ts'
import type { RehearsalAnswer } from '../src/domain/rehearsal-answer.ts'
import { act, onHost } from './proxies.ts'
import { openRun, orderFor, type Run } from './run.ts'

/** Tries the pending migrations of a release on a scratch database, now. Nothing live is changed, claimed or recorded. */
export async function rehearseRelease(plan: Plan): Promise<RehearsalAnswer> {
  const row = { id: 'rehearse', summary: `${plan.release.version} against what is live on ${plan.environment}` }
  return await rehearseOnHost(openRun(plan, 'deployment'), row, 'command')
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
