import type { Freezes } from '../domain/gate/freeze.ts'
import { type BlockedRelease, listBlocked } from './blocked.ts'
import { type DeploymentRow, deploymentColumns } from './deployments.ts'
import { readFreezes } from './freezes.ts'
import { type LockRow, readLocks } from './locks.ts'
import { type Queryable, query } from './query.ts'

/**
 * What an environment is meant to run. `unknown`: a rollback failed there, or a manual deployment was never verified.
 * null: nothing is deployed.
 */
export type VersionOfRecord = { version: string; commit: string; at: string; deployment: string } | 'unknown' | null

/** Everything `status` says about one environment. */
export type EnvironmentStatus = {
  service: string
  environment: string
  versionOfRecord: VersionOfRecord
  lastSuccess: DeploymentRow | null
  /** The newest run, open or ended. */
  latest: DeploymentRow | null
  /** In force, the longest first. */
  locks: LockRow[]
  freezes: Freezes
  blocked: BlockedRelease[]
}

/**
 * The newest run that decided what is live: a deployment that passed, a rollback that reached its target (with a marker:
 * without one, it went back to nothing), a rollback that failed, or a manual deployment past its time.
 * A deployment that came back by itself decides nothing: what was of record stays of record.
 */
export async function readVersionOfRecord(
  db: Queryable,
  service: string,
  environment: string,
): Promise<VersionOfRecord> {
  type Row = { version: string; commit: string; at: string; deployment: string; known: boolean; live: boolean }
  const rows = await query<Row>(
    db,
    `select version, commit, coalesce(finished_at, started_at) as at, deployment,
       outcome in ('SUCCESS', 'ROLLED_BACK') is true as known, outcome = 'SUCCESS' or marker is not null as live
     from deployment_history
     where service = $1 and environment = $2 and (
       outcome in ('SUCCESS', 'ROLLBACK_FAILED')
       or (outcome = 'ROLLED_BACK' and kind = 'rollback')
       or (outcome is null and kind = 'manual' and expires_at <= now()))
     order by coalesce(finished_at, started_at) desc, deployment desc
     limit 1`,
    [service, environment],
  )
  const row = rows[0]
  if (row === undefined) return null
  if (!row.known) return 'unknown'
  return row.live ? { version: row.version, commit: row.commit, at: row.at, deployment: row.deployment } : null
}

/** The newest deployment that passed, of one commit or of any; not one whose commit was rolled back and never cleared. */
export async function readLastSuccess(
  db: Queryable,
  wanted: { service: string; environment: string; commit?: string | null },
): Promise<DeploymentRow | null> {
  const rows = await query<DeploymentRow>(
    db,
    `select ${deploymentColumns} from deployment_history
     where service = $1 and environment = $2 and outcome = 'SUCCESS' and ($3::text is null or commit = $3)
       and not exists (
         select from blocked_releases as blocked
         where blocked.service = deployment_history.service and blocked.environment = deployment_history.environment
           and blocked.commit = deployment_history.commit and cleared_at is null)
     order by finished_at desc, deployment desc
     limit 1`,
    [wanted.service, wanted.environment, wanted.commit ?? null],
  )
  return rows[0] ?? null
}

export async function readEnvironmentStatus(
  db: Queryable,
  service: string,
  environment: string,
): Promise<EnvironmentStatus> {
  return {
    service,
    environment,
    versionOfRecord: await readVersionOfRecord(db, service, environment),
    lastSuccess: await readLastSuccess(db, { service, environment }),
    latest: await readLatest(db, service, environment),
    locks: await readLocks(db, service, environment),
    freezes: await readFreezes(db, service, environment),
    blocked: await listBlocked(db, service, environment),
  }
}

/** Every environment that a run, a lock or a freeze has named. */
export async function listEnvironments(
  db: Queryable,
  service: string | null,
): Promise<{ service: string; environment: string }[]> {
  return query<{ service: string; environment: string }>(
    db,
    `select service, environment from (
       select service, environment from deployment_history union select service, environment from locks
       union select service, environment from freezes where environment is not null
     ) as known
     where $1::text is null or service = $1
     order by service, environment`,
    [service],
  )
}

async function readLatest(db: Queryable, service: string, environment: string): Promise<DeploymentRow | null> {
  const rows = await query<DeploymentRow>(
    db,
    `select ${deploymentColumns} from deployment_history where service = $1 and environment = $2
     order by started_at desc, deployment desc limit 1`,
    [service, environment],
  )
  return rows[0] ?? null
}
