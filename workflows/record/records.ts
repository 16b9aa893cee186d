import { CancellationScope, workflowInfo } from '@temporalio/workflow'
import { failureTypes } from '../../src/domain/failure.ts'
import { act, record, recordNow } from '../proxies.ts'
import { Trouble } from '../run/interrupt.ts'
import { note, now, type Run } from '../run/run.ts'
import { failureType, messageOf } from '../run/trouble.ts'

/** The row that says "this was begun": without it nothing may change. */
export async function startRecord(run: Run): Promise<void> {
  try {
    const row = { id: 'open record', summary: 'history row, before anything changes' }
    await act(recordNow.openRecord, row, openingOf(run))
  } catch (error) {
    if (failureType(error) === failureTypes.reset) throw new Trouble({ kind: 'reset', host: 'the history' })
    throw new Trouble({ kind: 'history_away', message: messageOf(error) })
  }
  run.recordOpened = true
}

/** The same row for a run that did not ask the history first (a rollback): written as soon as it answers. */
export function startRecordLater(run: Run): void {
  run.recordOpened = true
  const opening = openingOf(run)
  later(run, () => act(record.openRecord, { id: 'open record', summary: 'history row' }, opening))
  keepRecords(run)
}

/** Sends what is not written yet; nobody waits for it. A rollback with Postgres away goes on all the same. */
export function keepRecords(run: Run): void {
  later(run, async () => {
    const { items, events, samples, proofs } = run.unrecorded
    // A proof never comes without the event of what it proves, so it needs no condition here.
    if (items.length + events.length + samples.length === 0) return
    run.unrecorded = { items: [], events: [], samples: [], proofs: [] }
    const summary = `${events.length} events, ${items.length} items, ${samples.length} samples`
    const signed = proofs.length > 0 && { proofs }
    const records = { deployment: run.plan.deployment, runId: run.runId, items, events, samples, ...signed }
    run.inFlight = items.length + events.length
    try {
      await act(record.appendRecords, { id: 'append records', summary }, records)
    } finally {
      run.inFlight = 0
    }
  })
}

/** Writes in the order asked, in the background. Only input that can never be written fails; losing it is said. */
export function later(run: Run, write: () => Promise<unknown>): void {
  run.recording = run.recording
    .then(() => CancellationScope.nonCancellable(write))
    .then(
      () => undefined,
      (error: unknown) => note(run, 'failure', `refused by the history: ${messageOf(error)}`),
    )
}

export function openingOf(run: Run) {
  const { workflowId } = workflowInfo()
  const { plan, runId, changes, onCall } = run
  return { plan, kind: run.startedAs, workflowId, runId, startedAt: now(), changes, onCall }
}
