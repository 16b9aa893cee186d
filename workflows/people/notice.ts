import { ApplicationFailure, isCancellation, workflowInfo } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import { type Notice, testNotice, type Webhook, webhookName } from '../../src/domain/notice/notice.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { act, notices, noticesNow } from '../proxies.ts'
import { now } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'

/** A webhook with the name by which people are told about it. */
export type Receiver = { name: string; webhook: Webhook }

/**
 * One notice on its way, in a run of its own: its workflow ID is what makes it one, and whoever sent it is long gone
 * when it arrives. Each receiver is retried for itself, for a day; the run fails, in words, if one never took it.
 */
export async function notice(told: { notice: Notice; receivers: readonly Receiver[] }): Promise<void> {
  const sent = await Promise.allSettled(
    told.receivers.map(({ name, webhook }) => {
      const row = { id: name, summary: told.notice.sentence.split('\n')[0] ?? '' }
      return act(notices.sendNotice, row, { notice: told.notice, webhook, name })
    }),
  )
  const failed = sent.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []))
  const [first] = failed
  if (first === undefined) return
  if (failed.some(isCancellation)) throw first
  throw ApplicationFailure.create({
    type: failureTypes.notDelivered,
    nonRetryable: true,
    message: failed.map((error) => messageOf(error)).join('\n'),
  })
}

export type NoticeTest = { name: string; ok: boolean; detail: string }

/** Sends a notice that says it is a test, once, to every webhook of an environment, and answers with what came back. */
export async function testNotices(request: { plan: Plan; by: string }): Promise<NoticeTest[]> {
  const { plan, by } = request
  const { workflowId, runId } = workflowInfo()
  // Its own deployment: a receiver must not take the second test for the first one.
  const teller = {
    plan: { ...plan, deployment: `test-${runId}` },
    startedAs: 'deployment',
    run: { workflowId, runId },
    at: now(),
  } as const
  const sending = receiversOf(plan).map(async ({ name, webhook }): Promise<NoticeTest> => {
    try {
      const row = { id: name, summary: 'a test' }
      const { answered } = await act(noticesNow.sendNotice, row, { notice: testNotice(teller, by), webhook, name })
      return { name, ok: true, detail: answered }
    } catch (error) {
      return { name, ok: false, detail: messageOf(error) }
    }
  })
  return await Promise.all(sending)
}

/** Named by their place in the plan, whichever of them are told. */
export function receiversOf(plan: Pick<Plan, 'notify'>): Receiver[] {
  return (plan.notify ?? []).map((webhook, index) => ({ name: webhookName(webhook, index), webhook }))
}
