import type { RunEnd } from '../../src/domain/end/run-end.ts'
import type { EndFacts } from '../../src/domain/end/text.ts'
import type { HostRecord } from '../../src/domain/host.ts'
import { type DeploymentEnd, deploymentEndOf, logEntryFor, logText } from '../../src/domain/log/entry.ts'
import type { Marker } from '../../src/domain/marker.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { Reason } from '../../src/domain/reason.ts'
import { act, anywhere, onHost, record, recordNow } from '../proxies.ts'
import { note, now, orderFor, type Run } from '../run/run.ts'
import { isReset, messageOf } from '../run/trouble.ts'
import { keepRecords, openingOf, startRecordLater } from './records.ts'
import { sentenceOf, wayBackOfDrill } from './sentence.ts'

/** How the world was left, for the records. */
export type Left = {
  outcome: Outcome
  reason: Reason | null
  changed: boolean
  lastCheck: 'PASSED' | 'FAILED' | null
  /** What the log entry names. */
  release: { version: string; commit: string }
  live: RunEnd['live']
  marker: Marker | null
  undone: readonly string[]
  rolledBack: { version: string; commit: string } | null
  /** How much of it went back; absent: all. */
  only?: EndFacts['only']
  /** Nothing was live before it; absent: something was, or it does not matter. */
  first?: boolean
  /** New host records by host; a host that is not named keeps its claim (a rollback that failed). */
  records: ReadonlyMap<string, readonly HostRecord[] | null>
}

/** Writes the end down everywhere it belongs: hosts, history, git. */
export async function writeDown(run: Run, left: Left): Promise<void> {
  const { environment, performer: deployedBy } = run.plan
  const about = { startedAs: run.startedAs, environment, deployedBy, at: now(), ...wayBackOfDrill(run), ...left }
  const entry = logEntryFor(about)
  const text = entry ? logText(entry) : null
  const end = deploymentEndOf(about, {
    sentence: sentenceOf(run, left),
    reason: left.reason === null ? null : JSON.parse(JSON.stringify(left.reason)),
    marker: left.marker,
    rolledBack: left.rolledBack,
  })
  // Hosts first: they need neither Postgres nor git.
  if (text) await Promise.all([...run.fences.keys()].map((host) => appendLog(run, host, text)))
  for (const [host, records] of left.records) await finishHost(run, host, records)
  if (left.changed) await inHistory(run, left, end)
  else await attempt(run, () => inHistoryNow(run, end))
  // A drill leaves the repository as it was: nothing was released.
  if (text && run.startedAs !== 'drill') await inGit(run, left, text)
}

/** What changed something is written down, however long Postgres is away. */
async function inHistory(run: Run, left: Left, end: DeploymentEnd): Promise<void> {
  if (run.recordOpened) keepRecords(run)
  else startRecordLater(run)
  await run.recording
  const input = { deployment: run.plan.deployment, runId: run.runId, end }
  await attempt(run, () => act(record.closeRecord, { id: 'close record', summary: left.outcome }, input))
}

/** A refusal changed nothing and is no reason to wait: it is written if the history answers soon. */
async function inHistoryNow(run: Run, end: DeploymentEnd): Promise<void> {
  const { deployment } = run.plan
  const { runId } = run
  if (!run.recordOpened) await act(recordNow.openRecord, { id: 'open record', summary: 'history row' }, openingOf(run))
  const row = { id: 'append records', summary: `${run.unrecorded.events.length} events` }
  await act(recordNow.appendRecords, row, { deployment, runId, ...run.unrecorded })
  await act(recordNow.closeRecord, { id: 'close record', summary: end.outcome }, { deployment, runId, end })
}

async function appendLog(run: Run, host: string, text: string): Promise<void> {
  const { file } = run.plan.log
  if (file === null) return
  const row = { id: `log:${host}`, summary: `${file} on ${host}` }
  await attempt(run, () =>
    act(onHost(host, 'patient').appendLog, row, { order: orderFor(run, host), file, key: run.plan.deployment, text }),
  )
}

async function inGit(run: Run, left: Left, entry: string): Promise<void> {
  const { repository, environment, deployment } = run.plan
  const row = {
    id: 'record in git',
    summary: `deploy/${environment}/${left.release.version} and branch deployments/${environment}`,
  }
  const input = { repository, environment, ...left.release, at: now(), entry, deployment }
  await attempt(run, () => act(anywhere('patient').recordInGit, row, input))
}

async function finishHost(run: Run, host: string, records: readonly HostRecord[] | null): Promise<void> {
  const row = {
    id: `finish:${host}`,
    summary: records ? `version of record on ${host}` : `claim on ${host} given back`,
  }
  const input = { order: orderFor(run, host), records: records === null ? null : [...records] }
  await attempt(run, () => act(onHost(host, 'patient').finishHost, row, input))
}

/** Book-keeping: its failure is noted and never turns a good deployment bad. A run that was reset has no outcome to tell. */
export async function attempt(run: Run, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (run.outcome === null && isReset(error)) throw error
    note(run, 'failure', `book-keeping: ${messageOf(error)}`)
  }
}
