import {
  defineSearchAttributeKey,
  SearchAttributeType,
  TypedSearchAttributes,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common'
import {
  CancellationScope,
  ChildWorkflowCancellationType,
  ParentClosePolicy,
  startChild,
  WorkflowIdReusePolicy,
  workflowInfo,
} from '@temporalio/workflow'
import type { EndFacts } from '../../src/domain/end/text.ts'
import {
  endedNotice,
  type Notice,
  type NoticeWaiting,
  type Teller,
  waitingNotice,
} from '../../src/domain/notice/notice.ts'
import type { Waiting } from '../../src/domain/status.ts'
import { sentenceOf } from '../record/sentence.ts'
import { note, now, type Run } from '../run/run.ts'
import { messageOf } from '../run/trouble.ts'
import { notice as noticeRun, receiversOf } from './notice.ts'

/** Tells how the run ended, as soon as that is certain: not after the records, which may wait for Postgres. */
export function notifyEnded(run: Run, end: EndFacts): void {
  const { outcome, live } = end
  notify(run, () => endedNotice(tellerOf(run), { outcome, live, sentence: sentenceOf(run, end) }))
}

/** Tells that a person is needed. `reminder`: how often they were told before. */
export function notifyWaiting(
  run: Run,
  waiting: Waiting,
  more: Partial<Pick<NoticeWaiting, 'items' | 'asked' | 'otherwise' | 'reminder'>> = {},
): void {
  const { items = [], asked, otherwise = null, reminder = 0 } = more
  const what = asked === undefined ? { items } : { items, asked }
  const round = (run.asked.get(waiting.question) ?? 0) + (reminder === 0 ? 1 : 0)
  run.asked.set(waiting.question, round)
  notify(run, () =>
    waitingNotice(tellerOf(run), { ...waiting, ...what, otherwise, reminder, locked: run.hostsHeld }, round),
  )
}

/** Until every notice is on its way: a run that closes earlier takes those along that Temporal has not started yet. */
export async function noticesStarted(run: Run): Promise<void> {
  await Promise.all(run.noticesStarting)
}

/**
 * Starts the notice as a run of its own and lets go of it: nothing here ever waits for a receiver. The outbox is
 * Temporal, which must be there for this line to run at all; Belay's Postgres may be away. What was told before (the
 * run was reset) is refused by its workflow ID and not told again.
 */
function notify(run: Run, make: () => Notice): void {
  if (run.plan.notify === undefined) return
  const notice = make()
  const receivers = receiversOf(run.plan).filter(({ webhook }) => webhook.on.some((kind) => kind === notice.kind))
  if (receivers.length === 0) return
  const starting = CancellationScope.nonCancellable(() =>
    startChild(noticeRun, {
      args: [{ notice, receivers }],
      workflowId: notice.key,
      workflowIdReusePolicy: WorkflowIdReusePolicy.REJECT_DUPLICATE,
      parentClosePolicy: ParentClosePolicy.ABANDON,
      cancellationType: ChildWorkflowCancellationType.ABANDON,
      staticSummary: (notice.sentence.split('\n')[0] ?? '').slice(0, 180),
      typedSearchAttributes: attributesOf(notice),
    }),
  )
  const started = starting.then(
    () => undefined,
    (error: unknown) => {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return
      note(run, 'failure', `nobody is told (${notice.key}): ${messageOf(error)}`)
    },
  )
  run.noticesStarting.push(started)
}

function tellerOf(run: Run): Teller {
  const { workflowId, runId } = workflowInfo()
  const { plan, startedAs, onCall, performer } = run
  return { plan, startedAs, run: { workflowId, runId }, at: now(), performerProven: performer?.holds === true, onCall }
}

/** So that it is found beside its deployment. */
function attributesOf({ service, environment, deployment }: Notice): TypedSearchAttributes {
  return new TypedSearchAttributes([
    { key: serviceKey, value: service },
    { key: environmentKey, value: environment },
    { key: deploymentKey, value: deployment },
  ])
}

const serviceKey = defineSearchAttributeKey('BelayService', SearchAttributeType.KEYWORD)
const environmentKey = defineSearchAttributeKey('BelayEnvironment', SearchAttributeType.KEYWORD)
const deploymentKey = defineSearchAttributeKey('BelayDeployment', SearchAttributeType.KEYWORD)
