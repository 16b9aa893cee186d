import { ApplicationFailure, allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow'
import type { RunEnd } from '../src/domain/end/run-end.ts'
import { failureTypes } from '../src/domain/failure.ts'
import type { Outcome } from '../src/domain/outcome.ts'
import { type Reason, reasonLine } from '../src/domain/reason.ts'
import { noticesStarted, notifyEnded } from './people/notify.ts'
import { act, onHost } from './proxies.ts'
import { earlierRecords, newRecord } from './record/host-records.ts'
import { keepRecords } from './record/records.ts'
import { sentenceOf, wayBackOfDrill } from './record/sentence.ts'
import { attempt, type Left, writeDown } from './record/write-down.ts'
import { throwIfInterrupted } from './run/interrupt.ts'
import { measureEnd } from './run/measure.ts'
import { enterPhase, orderFor, type Run } from './run/run.ts'
import { show } from './run/show.ts'
import { named } from './run/trouble.ts'

/** The release is live: said at once, then written down; a rollback is still accepted until everything is. */
export async function succeed(run: Run): Promise<RunEnd> {
  const left: Left = {
    outcome: 'SUCCESS',
    reason: null,
    changed: true,
    lastCheck: 'PASSED',
    release: run.plan.release,
    live: run.plan.release,
    marker: JSON.parse(run.live.markerText),
    undone: [],
    rolledBack: null,
    first: run.plan.hosts.every((host) => earlierRecords(run, host).length === 0),
    records: new Map(run.plan.hosts.map((host) => [host, [newRecord(run, host), ...earlierRecords(run, host)]])),
  }
  await prune(run)
  await recordEnd(run, left, true)
  return finished(run, left)
}

/** A run that was started to go back (a rollback, a drill) reached its target: Completed. */
export async function endRolledBack(run: Run, left: Left): Promise<RunEnd> {
  await recordEnd(run, left, false)
  return await finished(run, left)
}

/** Nothing on any host has changed: claims are given back, and the run says why it ended. */
export async function endWithoutChange(run: Run, reason: Reason): Promise<never> {
  const outcome = outcomeWithoutChange(reason)
  const left: Left = {
    outcome,
    reason,
    changed: false,
    lastCheck: null,
    release: run.plan.release,
    live: run.plan.release,
    marker: null,
    undone: [],
    rolledBack: null,
    records: new Map([...run.fences.keys()].map((host) => [host, null])),
  }
  return await endBadly(run, { ...left, live: null })
}

function outcomeWithoutChange({ kind }: Reason): Outcome {
  if (kind === 'superseded') return 'SUPERSEDED'
  return kind === 'aborted' || kind === 'rollback_requested' ? 'ABORTED' : 'REFUSED'
}

/** Records the end and fails the run, so that its colour in the UI is true. */
export async function endBadly(run: Run, left: Left): Promise<never> {
  await recordEnd(run, left, false)
  const end = await finished(run, left)
  throw ApplicationFailure.create({
    type: typeOf(left.outcome),
    nonRetryable: true,
    message: end.sentence,
    details: [end],
  })
}

async function recordEnd(run: Run, left: Left, interruptible: boolean): Promise<void> {
  run.outcome = left.outcome
  run.reason = left.reason
  const why = left.reason ? reasonLine(left.reason) : `${left.live?.version ?? 'nothing'} is live`
  enterPhase(run, 'recording', `${left.outcome}: ${why}`)
  // Somebody who asked for a rollback while the last steps were taken must not read that all is well.
  if (!interruptible || run.interruption === null) notifyEnded(run, left)
  if (interruptible) await historyCaughtUp(run)
  await CancellationScope.nonCancellable(() => writeDown(run, left))
}

/** A release may be live while Postgres is away: until it is back a rollback is still accepted. */
async function historyCaughtUp(run: Run): Promise<void> {
  keepRecords(run)
  const caughtUp = run.recording
  await Promise.race([caughtUp, condition(() => run.interruption !== null)])
  throwIfInterrupted(run)
  // From here on the run only ends: a rollback is another run.
  run.phase = 'finished'
}

async function prune(run: Run): Promise<void> {
  const { releaseDirectories, sources } = run.live
  const protect = run.plan.hosts.flatMap((host) => [releaseDirectories.get(host) ?? [], sources.get(host) ?? []].flat())
  for (const host of run.plan.hosts) {
    const row = { id: `prune:${host}`, summary: `keeps ${run.plan.layout.keep} releases on ${host}` }
    const input = { order: orderFor(run, host), keep: run.plan.layout.keep, protect }
    await attempt(run, () => named('prune', host, () => act(onHost(host, 'patient').pruneReleases, row, input)))
  }
}

async function finished(run: Run, left: Left): Promise<RunEnd> {
  run.phase = 'finished'
  show(run)
  measureEnd(run, left.outcome)
  await condition(allHandlersFinished)
  await noticesStarted(run)
  return {
    deployment: run.plan.deployment,
    startedAs: run.startedAs,
    outcome: left.outcome,
    reason: left.reason,
    live: left.live,
    undone: left.undone,
    sentence: sentenceOf(run, left),
    ...wayBackOfDrill(run),
  }
}

function typeOf(outcome: Outcome): string {
  switch (outcome) {
    case 'REFUSED':
    case 'SUCCESS':
      return failureTypes.refused
    case 'ABORTED':
      return failureTypes.aborted
    case 'SUPERSEDED':
      return failureTypes.superseded
    case 'ROLLED_BACK':
      return failureTypes.rolledBack
    case 'ROLLBACK_FAILED':
      return failureTypes.rollbackFailed
  }
}
