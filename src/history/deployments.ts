import type { JsonValue } from '../domain/check.ts'
import type { ReleaseChanges } from '../domain/gate/changes.ts'
import type { OnCall } from '../domain/gate/on-call.ts'
import type { DeploymentEnd, RunKind } from '../domain/log/entry.ts'
import type { Marker } from '../domain/marker.ts'
import type { Outcome } from '../domain/outcome.ts'
import type { IgnoredSafety, Plan } from '../domain/plan.ts'
import { json, type Queryable, query, storable } from './query.ts'

/** One row of `deployment_history`. Times are RFC 3339, UTC; everything about the end is null while the run is open. */
export type DeploymentRow = {
  deployment: string
  kind: RunKind
  service: string
  environment: string
  version: string
  commit: string
  deployedBy: string
  /** A key has proven that name to the run. */
  performerProven: boolean
  /** When the run began: its first event. */
  startedAt: string
  /** When it was written down: right before its first change, a refusal at its end. Lists are in this order. */
  openedAt: string
  finishedAt: string | null
  expiresAt: string | null
  status: 'SUCCESS' | 'FAILED' | null
  healthCheck: 'PASSED' | 'FAILED' | 'N/A' | null
  rollback: 'N/A' | 'ROLLED_BACK' | null
  outcome: Outcome | null
  reason: JsonValue
  sentence: string | null
  marker: Marker | null
  logEntry: string | null
  loggedAt: string | null
  planDigest: string
  ignoredSafeties: IgnoredSafety[]
  /** What the release changed; null: not known. */
  changes: ReleaseChanges | null
  /** As it was when the row was opened; null: nobody was asked for. */
  onCall: OnCall | null
  /** Of a drill: milliseconds until the way back was proven; null: it was not, or the run was none. */
  wayBackMs: number | null
  workflowId: string
  runId: string
}

/** `expiresAt`: for a manual deployment, when it must have been verified. */
export type OpenDeployment = {
  plan: Plan
  kind: RunKind
  workflowId: string
  runId: string
  /** When the row is opened. */
  startedAt: string
  expiresAt?: string | null
  /** What the release changes, as it was read at the gate; absent: not asked for. */
  changes?: ReleaseChanges | null
  onCall?: OnCall | null
}

export const deploymentColumns = `
  deployment, kind, service, environment, version, commit, deployed_by as "deployedBy", started_at as "openedAt",
  least(started_at, (select at from events where events.deployment = deployment_history.deployment order by seq limit 1))
    as "startedAt",
  finished_at as "finishedAt", expires_at as "expiresAt", status, health_check as "healthCheck", rollback, outcome,
  reason, sentence, marker, log_entry as "logEntry", logged_at as "loggedAt", plan_digest as "planDigest",
  ignored_safeties as "ignoredSafeties", changes, on_call as "onCall", way_back_ms as "wayBackMs", workflow_id as "workflowId", run_id as "runId",
  exists (select from events where events.deployment = deployment_history.deployment and data ->> 'performerProven' = 'true')
    as "performerProven"`

/** Adds the row unless it is there. */
export async function insertDeployment(db: Queryable, open: OpenDeployment): Promise<void> {
  const { plan } = open
  await query(
    db,
    `insert into deployment_history (deployment, kind, service, environment, version, commit, deployed_by, started_at,
       expires_at, plan, plan_digest, ignored_safeties, workflow_id, run_id, changes, on_call)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
     on conflict (deployment) do nothing`,
    [
      plan.deployment,
      open.kind,
      plan.service,
      plan.environment,
      plan.release.version,
      plan.release.commit,
      storable(plan.performer),
      open.startedAt,
      open.expiresAt ?? null,
      json(plan),
      plan.digest,
      json(plan.ignoredSafeties),
      open.workflowId,
      open.runId,
      json(open.changes),
      json(open.onCall ?? null),
    ],
  )
}

export async function readDeploymentRow(db: Queryable, deployment: string): Promise<DeploymentRow | null> {
  const rows = await query<DeploymentRow>(
    db,
    `select ${deploymentColumns} from deployment_history where deployment = $1`,
    [deployment],
  )
  return rows[0] ?? null
}

export async function readDeploymentPlan(db: Queryable, deployment: string): Promise<Plan | null> {
  const rows = await query<{ plan: Plan }>(db, 'select plan from deployment_history where deployment = $1', [
    deployment,
  ])
  return rows[0]?.plan ?? null
}

/** Writes the end of a run that is open; answers the release it was planned for, or null where it had ended before. */
export async function updateDeploymentEnd(
  db: Queryable,
  ended: { deployment: string; end: DeploymentEnd; logEntry: string | null },
): Promise<{ version: string; commit: string } | null> {
  const { deployment, end, logEntry } = ended
  const rows = await query<{ version: string; commit: string }>(
    db,
    `update deployment_history
     set finished_at = $2, status = $3, health_check = $4, rollback = $5, outcome = $6, reason = $7, sentence = $8,
       marker = $9, log_entry = $10, version = $11, commit = $12, deployed_by = $13, way_back_ms = $14
     where deployment = $1 and outcome is null
     returning plan #>> '{release,version}' as version, plan #>> '{release,commit}' as commit`,
    [
      deployment,
      end.at,
      end.status,
      end.healthCheck,
      end.rollback,
      end.outcome,
      json(end.reason),
      storable(end.sentence),
      json(end.marker),
      logEntry,
      end.version,
      end.commit,
      storable(end.deployedBy),
      end.wayBackMs ?? null,
    ],
  )
  return rows[0] ?? null
}

export async function markLogged(db: Queryable, deployment: string): Promise<void> {
  await query(db, 'update deployment_history set logged_at = now() where deployment = $1 and logged_at is null', [
    deployment,
  ])
}
