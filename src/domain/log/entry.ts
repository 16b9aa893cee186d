import type { JsonValue } from '../check.ts'
import type { Marker } from '../marker.ts'
import type { Outcome } from '../outcome.ts'

/** What kind of run a history row is about; `manual`: a person deployed by hand with `belay marker`. */
export const runKinds = ['deployment', 'rollback', 'drill', 'manual'] as const
export type RunKind = (typeof runKinds)[number]

/** The runbook's deployment log entry, field for field. */
export type LogEntry = {
  /** RFC 3339, UTC. */
  at: string
  version: string
  commit: string
  environment: string
  deployedBy: string
  status: 'SUCCESS' | 'FAILED'
  healthCheck: 'PASSED' | 'FAILED'
  rollback: 'N/A' | 'ROLLED_BACK'
}

/** How a run ended, as the history keeps it. `healthCheck` is `N/A` where nothing was changed: no log entry then. */
export type DeploymentEnd = {
  outcome: Outcome
  status: 'SUCCESS' | 'FAILED'
  healthCheck: 'PASSED' | 'FAILED' | 'N/A'
  rollback: 'N/A' | 'ROLLED_BACK'
  /** What the log names: the release deployed, or, for a run started as a rollback, the one that is live again. */
  version: string
  commit: string
  deployedBy: string
  /** RFC 3339, UTC. */
  at: string
  /** The one sentence for people, from `src/domain/end/text.ts`. */
  sentence: string
  reason: JsonValue
  /** What is on the hosts now; null: there is none (a first deployment was taken back, or nothing was changed). */
  marker: Marker | null
  /** The release that a run started as a rollback took off: it is blocked. Not needed for a deployment. */
  rolledBack?: { version: string; commit: string } | null
  /** Of a drill: milliseconds until the way back was proven; null: it is not; absent: the run was none. */
  wayBackMs?: number | null
}

/** What a finished run knows about itself. */
export type FinishedRun = {
  startedAs: RunKind
  outcome: Outcome
  /** Did anything on a host or in a database change? */
  changed: boolean
  /** The last health check before undoing; null: none ran, which is never health. */
  lastCheck: 'PASSED' | 'FAILED' | null
  /** The release deployed; for a run started as a rollback, the one restored (or, where none was, the one removed). */
  release: { version: string; commit: string }
  environment: string
  deployedBy: string
  /** RFC 3339, UTC. */
  at: string
  /** As in {@link DeploymentEnd}. */
  wayBackMs?: number | null
}

/** One entry for each run that changed anything; null for those that did not. */
export function logEntryFor(run: FinishedRun): LogEntry | null {
  const fields = logFieldsOf(run)
  if (fields.healthCheck === 'N/A') return null
  const { release, environment, deployedBy, at } = run
  return { at, ...release, environment, deployedBy, ...fields, healthCheck: fields.healthCheck }
}

type LogFields = Pick<DeploymentEnd, 'status' | 'healthCheck' | 'rollback'>

/** The entry's status, health check and rollback, for every way a run can end. */
function logFieldsOf(
  run: Pick<FinishedRun, 'startedAs' | 'outcome' | 'changed' | 'lastCheck' | 'wayBackMs'>,
): LogFields {
  switch (run.outcome) {
    case 'SUCCESS':
      return { status: 'SUCCESS', healthCheck: 'PASSED', rollback: 'N/A' }
    case 'ROLLED_BACK':
      return isReached(run)
        ? { status: 'SUCCESS', healthCheck: run.lastCheck ?? 'FAILED', rollback: 'ROLLED_BACK' }
        : { status: 'FAILED', healthCheck: run.lastCheck ?? 'FAILED', rollback: 'ROLLED_BACK' }
    case 'ROLLBACK_FAILED':
      return { status: 'FAILED', healthCheck: 'FAILED', rollback: 'N/A' }
    case 'REFUSED':
    case 'ABORTED':
    case 'SUPERSEDED':
      return { status: 'FAILED', healthCheck: run.changed ? (run.lastCheck ?? 'FAILED') : 'N/A', rollback: 'N/A' }
  }
}

/** Going back was what it was started for, and it is done. */
function isReached({ startedAs, wayBackMs = null }: Pick<FinishedRun, 'startedAs' | 'wayBackMs'>): boolean {
  return startedAs === 'rollback' || (startedAs === 'drill' && wayBackMs !== null)
}

/** The whole end of a run, ready for `closeRecord`. */
export function deploymentEndOf(
  run: FinishedRun,
  told: Pick<DeploymentEnd, 'sentence' | 'reason' | 'marker' | 'rolledBack'>,
): DeploymentEnd {
  const { version, commit } = run.release
  const drilled = run.wayBackMs === undefined ? {} : { wayBackMs: run.wayBackMs }
  return {
    outcome: run.outcome,
    ...logFieldsOf(run),
    version,
    commit,
    deployedBy: run.deployedBy,
    at: run.at,
    ...drilled,
    ...told,
  }
}

/** The entry that an end stands for; null where nothing was changed. */
export function logEntryOfEnd(end: DeploymentEnd, environment: string): LogEntry | null {
  const { version, commit, deployedBy, at, status, healthCheck, rollback } = end
  if (healthCheck === 'N/A') return null
  return { at, version, commit, environment, deployedBy, status, healthCheck, rollback }
}

/** The runbook's text, byte for byte, in UTC; eight lines, each ended by a newline. */
export function logText(entry: LogEntry): string {
  const at = new Date(entry.at).toISOString()
  const lines = [
    `[${at.slice(0, 10)} ${at.slice(11, 19)}] DEPLOYMENT`,
    `Version: ${oneLine(entry.version)}`,
    `Commit: ${oneLine(entry.commit)}`,
    `Environment: ${oneLine(entry.environment)}`,
    `Deployed by: ${oneLine(entry.deployedBy)}`,
    `Status: ${entry.status}`,
    `Health check: ${entry.healthCheck}`,
    `Rollback: ${entry.rollback}`,
  ]
  return `${lines.join('\n')}\n`
}

/** A name with a newline or a text-direction mark in it could forge a line of the log. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu, '?')
}
