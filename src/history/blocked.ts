import type { OrderProof } from '../domain/identity/order.ts'
import { json, type Queryable, query, storable } from './query.ts'

export type BlockedRelease = {
  version: string
  commit: string
  reason: string
  since: string
  deployment: string
}

const blockedColumns = 'version, commit, reason, since, deployment'

export async function insertBlocked(
  db: Queryable,
  blocked: BlockedRelease & { service: string; environment: string },
): Promise<void> {
  const { service, environment, version, commit, reason, since, deployment } = blocked
  await query(
    db,
    `insert into blocked_releases (service, environment, version, commit, reason, since, deployment)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (deployment, version, commit) do nothing`,
    [service, environment, version, commit, storable(reason), since, deployment],
  )
}

/** The newest block on this commit, under whatever version it was deployed: the same code is the same risk. */
export async function readBlocked(
  db: Queryable,
  release: { service: string; environment: string; commit: string },
): Promise<BlockedRelease | null> {
  const rows = await query<BlockedRelease>(
    db,
    `select ${blockedColumns} from blocked_releases
     where service = $1 and environment = $2 and commit = $3 and cleared_at is null order by since desc limit 1`,
    [release.service, release.environment, release.commit],
  )
  return rows[0] ?? null
}

export async function listBlocked(db: Queryable, service: string, environment: string): Promise<BlockedRelease[]> {
  return query<BlockedRelease>(
    db,
    `select ${blockedColumns} from blocked_releases
     where service = $1 and environment = $2 and cleared_at is null order by since desc, id desc`,
    [service, environment],
  )
}

export type Clearing = {
  service: string
  environment: string
  version: string
  by: string
  at: string
  reason: string | null
  /** Absent or null: nobody has proven the name. */
  proof?: OrderProof | null
}

/** Clears every block on a version; answers those this call, or the one it repeats, cleared. */
export async function clearBlocked(db: Queryable, clearing: Clearing): Promise<BlockedRelease[]> {
  const key = [clearing.service, clearing.environment, clearing.version, clearing.at, storable(clearing.by)]
  await query(
    db,
    `update blocked_releases set cleared_at = $4, cleared_by = $5, cleared_reason = $6, clear_proof = $7::jsonb
     where service = $1 and environment = $2 and version = $3 and cleared_at is null
       and not exists (
         select from blocked_releases
         where service = $1 and environment = $2 and version = $3 and cleared_at = $4 and cleared_by = $5
       )`,
    [...key, clearing.reason === null ? null : storable(clearing.reason), json(clearing.proof)],
  )
  return query<BlockedRelease>(
    db,
    `select ${blockedColumns} from blocked_releases
     where service = $1 and environment = $2 and version = $3 and cleared_at = $4 and cleared_by = $5 order by since`,
    key,
  )
}
