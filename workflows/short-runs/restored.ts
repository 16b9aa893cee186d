import { ApplicationFailure } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import type { OrderProof } from '../../src/domain/identity/order.ts'
import type { Proof } from '../../src/domain/identity/proof.ts'
import { type Accepted, acceptedSentence, type RestoredSurvey } from '../../src/domain/migration/restored.ts'
import type { DatabasePlan, Plan } from '../../src/domain/plan.ts'
import { requireUnlocked } from '../adopt/survey.ts'
import { proveOrder } from '../people/prove-order.ts'
import { act, onHost, recordNow } from '../proxies.ts'
import { openRun } from '../run/open-run.ts'
import { now, orderFor, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'

/** What a database lacks that was applied here. Changes nothing. */
export async function surveyRestored(plan: Plan): Promise<RestoredSurvey> {
  const run = openRun(plan, 'rollback')
  await requireUnlocked(run)
  const { host, database } = leading(run)
  const row = { id: 'survey', summary: 'what the history lacks' }
  return await act(onHost(host, 'probe').surveyRestored, row, { order: orderFor(run, host), database })
}

/** `late`: what could not be written down, in words. */
export type RestoredAccepted = { at: string; late: string[] }

/**
 * Goes on from a database of an older backup: the host takes what it lacks for not applied, with the name of who said so.
 * Nothing in the service's database is changed. The record of the release that is live tells of it, and so does every
 * deployment until it is applied anew.
 */
export async function acceptRestored(request: {
  plan: Plan
  shown: RestoredSurvey
  by: string
  reason: string
  proof?: Proof
}): Promise<RestoredAccepted> {
  const { plan, shown, by, reason } = request
  const { who, proof } = await proveOrder(plan, { action: 'restored', by, shown, reason }, request.proof)
  const vanished = shown.vanished.map(({ name }) => name)
  const run = openRun(plan, 'rollback')
  await requireUnlocked(run)
  const { host, database } = leading(run)
  const accepted: Accepted = { ...who, reason, at: now() }
  const row = { id: 'accept', summary: `without ${vanished.join(', ')}, by ${by}` }
  const input = { order: orderFor(run, host), database, vanished, accepted }
  await act(onHost(host, 'patient').acceptRestored, row, input)
  return { at: accepted.at, late: await told(shown, accepted, proof) }
}

/** The host has it already: a history that is away is told, and takes nothing back. */
async function told(
  { deployment, vanished }: RestoredSurvey,
  accepted: Accepted,
  proof: OrderProof | null,
): Promise<string[]> {
  if (deployment === null) return []
  const names = vanished.map(({ name }) => name)
  const event = { at: accepted.at, kind: 'message', text: acceptedSentence(names, accepted) } as const
  const row = { id: 'note', summary: `record of ${deployment}` }
  const input = { deployment, event: { ...event, data: { vanished: names, ...accepted, ...(proof && { proof }) } } }
  return await act(recordNow.noteLater, row, input).then(
    () => [],
    (error: unknown) => [`not in the record of ${deployment}: ${messageOf(error)}; the host has it`],
  )
}

/** The first host, as everywhere: it reaches the database. */
function leading({ plan }: Run): { host: string; database: DatabasePlan } {
  const { database, hosts } = plan
  const [host] = hosts
  if (database && host !== undefined) return { host, database }
  const message = 'this service has no database; there is nothing that could have been restored'
  throw ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
