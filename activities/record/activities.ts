import type { Sample } from '../../src/domain/check.ts'
import type { ItemRecord } from '../../src/domain/checklist.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { LastDrill } from '../../src/domain/gate/last-drill.ts'
import type { PromotionFacts } from '../../src/domain/gate/promotion.ts'
import type { EnvironmentLock } from '../../src/domain/host.ts'
import type { KeptProof } from '../../src/domain/identity/taken-proof.ts'
import type { DeploymentEnd } from '../../src/domain/log/entry.ts'
import type { Outcome } from '../../src/domain/outcome.ts'
import type { PastRun } from '../../src/domain/preview/estimate.ts'
import type { RunEvent } from '../../src/domain/status.ts'
import type { Clearing } from '../../src/history/blocked.ts'
import type { DeploymentRow, OpenDeployment } from '../../src/history/deployments.ts'
import type { History } from '../../src/history/history.ts'
import type { NewLock, Release } from '../../src/history/locks.ts'
import { asked, invalid } from './asked.ts'
import { type EnvironmentFacts, type Place, readEnvironmentFacts } from './environment-facts.ts'

export type RecordDeps = {
  history: History
  /** pino's, or anything with its `info`. */
  logger: { info(fields: object, message: string): void }
  /** Environments for which this worker demands proven names, whatever a plan says; absent: none. */
  sshEnvironments?: readonly string[]
}

export type AppendRecords = {
  deployment: string
  /** The run that writes; left out: whichever. */
  runId?: string
  items: readonly ItemRecord[]
  events: readonly RunEvent[]
  samples: readonly Sample[]
  /** Absent: none, or sent by a run of before. */
  proofs?: readonly KeptProof[]
}

/**
 * The record in Belay's own database. Failures: `HistoryAway` (retryable: Postgres does not answer), `Invalid` (the
 * rows contradict the request), `WorkflowReset`. Every one may run twice: rows are written by their natural keys.
 */
export function createRecordActivities({ history, logger, sshEnvironments = [] }: RecordDeps) {
  return {
    /** Opens the run's row. Twice: the first row stands. Another run id or plan under the same deployment is refused. */
    async openRecord(open: OpenDeployment): Promise<void> {
      const row = await asked(() => history.openDeployment(open))
      refuseOtherRun(row, open)
    },

    /** Reads only. */
    async readEnvironment(wanted: Place & { version: string; commit: string }): Promise<EnvironmentFacts> {
      const facts = await asked(() => readEnvironmentFacts(history, wanted))
      return sshEnvironments.includes(wanted.environment) ? { ...facts, demandsProof: true } : facts
    },

    /** Reads only. */
    async readPastRuns(place: Place): Promise<PastRun[]> {
      return asked(() => history.readPastRuns(place))
    },

    /** What the history of an environment says of a release that is to be promoted from it. Reads only. */
    async readPromotion(wanted: Place & { version: string; commit: string }): Promise<PromotionFacts> {
      return asked(() => history.readPromotion(wanted))
    },

    /** Reads only. null: no drill of this commit has changed anything there. */
    async readLastDrill(wanted: Place & { commit: string }): Promise<LastDrill | null> {
      return asked(() => history.readLastDrill(wanted))
    },

    /** Twice: an item keeps its newest answer; an event, sample or proof that is there is left alone. Not for another run. */
    async appendRecords({ deployment, runId, ...records }: AppendRecords): Promise<void> {
      if (runId !== undefined) await refuseReset(history, deployment, runId)
      await asked(() => history.appendRecords(deployment, records))
    },

    /** What happened to a deployment after it had ended. Twice: once. `Invalid`: the history knows no such deployment. */
    async noteLater({ deployment, event }: { deployment: string; event: Omit<RunEvent, 'seq'> }): Promise<void> {
      await asked(() => history.noteLater(deployment, event))
    },

    /**
     * Ends the row, with the block and the lock that follow from the outcome, and logs the runbook's entry once.
     * Twice: the first end stands and nothing that people cleared since comes back; the line is repeated only if the
     * worker died right after printing it. `entry` is the log entry's text; null: nothing was changed. Not for another
     * run than the one that opened it, where `runId` names it.
     */
    async closeRecord(ended: {
      deployment: string
      runId?: string
      end: DeploymentEnd
    }): Promise<{ outcome: Outcome; entry: string | null }> {
      if (ended.runId !== undefined) await refuseReset(history, ended.deployment, ended.runId)
      const row = await asked(() => history.closeDeployment(ended))
      const outcome = refuseOtherEnd(row, ended)
      await asked(() => logEntryOnce(history, logger, row))
      return { outcome, entry: row?.logEntry ?? null }
    },

    /** Twice: one lock. `taken` false: one of its kind was there before; `lock` is the one in force that lasts longest. */
    async lockEnvironment(lock: NewLock): Promise<{ lock: EnvironmentLock | null; taken: boolean }> {
      const inForce = await asked(() => history.lockEnvironment(lock))
      const taken = inForce.some(({ kind, by, since }) => kind === lock.kind && by === lock.by && since === lock.since)
      return { lock: inForce[0] ?? null, taken }
    },

    /** Twice (same `by` and `at`): the same answer, and a lock taken in between stays. */
    async unlockEnvironment(release: Release): Promise<{ released: EnvironmentLock[] }> {
      return { released: await asked(() => history.unlockEnvironment(release)) }
    },

    /** Twice (same `by` and `at`): the same answer. */
    async clearRelease(
      clearing: Clearing,
    ): Promise<{ cleared: { version: string; commit: string; reason: string; since: string }[] }> {
      return { cleared: await asked(() => history.clearRelease(clearing)) }
    },
  }
}

function refuseOtherRun(row: DeploymentRow, open: OpenDeployment): void {
  const name = `deployment ${row.deployment}`
  if (row.planDigest !== open.plan.digest) throw invalid(`${name}: expected the plan it was opened with, got another`)
  if (row.runId !== open.runId) throw resetRun(row, open.runId)
}

async function refuseReset(history: History, deployment: string, runId: string): Promise<void> {
  const row = await asked(() => history.readDeployment(deployment))
  if (row !== null && row.runId !== runId) throw resetRun(row, runId)
}

function resetRun(row: DeploymentRow, runId: string) {
  const message = `deployment ${row.deployment}: expected run ${row.runId}, got ${runId}; the workflow was reset, so start a new deployment`
  return invalid(message, failureTypes.reset)
}

function refuseOtherEnd(row: DeploymentRow | null, ended: { deployment: string; end: DeploymentEnd }): Outcome {
  const name = `deployment ${ended.deployment}`
  if (row === null) throw invalid(`${name}: expected its row in the history, found none; open the record first`)
  if (row.outcome === ended.end.outcome) return row.outcome
  throw invalid(`${name}: expected an open record, got one that ended ${row.outcome}, not ${ended.end.outcome}`)
}

/** Printed before it is noted: a line too many after a kill can be told by its deployment, a lost one cannot. */
async function logEntryOnce(history: History, logger: RecordDeps['logger'], row: DeploymentRow | null): Promise<void> {
  if (row === null || row.logEntry === null || row.loggedAt !== null) return
  const { deployment, kind, service, environment, version, commit, deployedBy, outcome, status, rollback } = row
  const fields = { deployment, kind, service, environment, version, commit, deployedBy, outcome, status, rollback }
  logger.info({ ...fields, healthCheck: row.healthCheck, at: row.finishedAt, sentence: row.sentence }, row.logEntry)
  await history.markLogged(deployment)
}
