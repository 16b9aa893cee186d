import type pg from 'pg'
import { type DeploymentEnd, logEntryOfEnd, logText } from '../domain/log/entry.ts'
import type { Release } from '../domain/plan.ts'
import { insertBlocked } from './blocked.ts'
import { type DeploymentRow, readDeploymentRow, updateDeploymentEnd } from './deployments.ts'
import { insertLock, releaseExpired, releaseLocks } from './locks.ts'
import { inTransaction } from './query.ts'

/**
 * Ends a run in one transaction: its row, the block on a release that was taken off, the lock after a rollback that
 * failed, and, for a manual deployment, the release of its lock. A run that has ended already is left as it is: nothing
 * that people cleared since comes back. Answers the row as it stands; null where there is none.
 */
export async function closeDeployment(
  pool: pg.Pool,
  ended: { deployment: string; end: DeploymentEnd },
): Promise<DeploymentRow | null> {
  return inTransaction(pool, async (client) => {
    const before = await readDeploymentRow(client, ended.deployment)
    if (before === null) return null
    const entry = logEntryOfEnd(ended.end, before.environment)
    const logEntry = entry === null ? null : logText(entry)
    const planned = await updateDeploymentEnd(client, { ...ended, logEntry })
    if (planned !== null) await holdBack(client, before, planned, ended.end)
    return readDeploymentRow(client, ended.deployment)
  })
}

async function holdBack(
  client: pg.PoolClient,
  row: DeploymentRow,
  planned: Release,
  end: DeploymentEnd,
): Promise<void> {
  const { service, environment, deployment } = row
  const bad = takenOff(row, planned, end)
  if (bad !== null) {
    const blocked = { service, environment, version: bad.version, commit: bad.commit }
    await insertBlocked(client, { ...blocked, reason: end.sentence, since: end.at, deployment })
  }
  if (end.outcome === 'ROLLBACK_FAILED') {
    await releaseExpired(client, service, environment)
    const lock = { service, environment, kind: 'rollback_failed' as const, deployment }
    await insertLock(client, { ...lock, reason: end.sentence, by: 'belay', since: end.at, until: null })
  }
  if (row.kind === 'manual') {
    await releaseLocks(client, { service, environment, by: end.deployedBy, at: end.at, kind: 'manual' })
  }
}

/** The release a rollback took off; a drill takes none off that anybody wanted to stay. One that goes back to itself (only database, only configuration) takes none off. */
function takenOff(row: DeploymentRow, planned: Release, end: DeploymentEnd): Release | null {
  if (end.outcome !== 'ROLLED_BACK' || row.kind === 'drill') return null
  if (row.kind !== 'rollback') return planned
  const named = end.rolledBack === undefined ? planned : end.rolledBack
  return named === null || named.commit === end.commit ? null : named
}
