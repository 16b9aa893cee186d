import type { EnvironmentLock } from '../domain/host.ts'
import type { OrderProof } from '../domain/identity/order.ts'
import { json, type Queryable, query, storable } from './query.ts'

/** `person`: a freeze by hand. `rollback_failed`: Belay's own. `manual`: somebody deploys by hand meanwhile. */
export type LockKind = 'person' | 'rollback_failed' | 'manual'

export type LockRow = EnvironmentLock & { kind: LockKind; deployment: string | null }

export type NewLock = EnvironmentLock & {
  service: string
  environment: string
  kind: LockKind
  /** What it belongs to, where it is not a person's. */
  deployment?: string | null
  /** Absent or null: nobody has proven the name. */
  proof?: OrderProof | null
}

const lockColumns = 'kind, reason, by, proof is null as claimed, since, until, deployment'

/** Releases a lock whose time is over, so that a new one of its kind can be taken. */
export async function releaseExpired(db: Queryable, service: string, environment: string): Promise<void> {
  await query(
    db,
    `update locks set released_at = until, released_by = 'expired'
     where service = $1 and environment = $2 and released_at is null and until <= now()`,
    [service, environment],
  )
}

/** Takes the lock unless one of its kind is in force, or this very one was taken before (and perhaps released since). */
export async function insertLock(db: Queryable, lock: NewLock): Promise<void> {
  await query(
    db,
    `insert into locks (service, environment, kind, reason, by, since, until, deployment, proof)
     select $1, $2, $3, $4, $5, $6::timestamptz, $7::timestamptz, $8, $9::jsonb
     where not exists (
       select from locks where service = $1 and environment = $2 and kind = $3 and by = $5 and since = $6::timestamptz
     )
     on conflict (service, environment, kind) where released_at is null do nothing`,
    [
      lock.service,
      lock.environment,
      lock.kind,
      storable(lock.reason),
      storable(lock.by),
      lock.since,
      lock.until,
      lock.deployment ?? null,
      json(lock.proof),
    ],
  )
}

/** Locks in force, the longest first. */
export async function readLocks(db: Queryable, service: string, environment: string): Promise<LockRow[]> {
  return query<LockRow>(
    db,
    `select ${lockColumns} from locks
     where service = $1 and environment = $2 and released_at is null and (until is null or until > now())
     order by until desc nulls first, since`,
    [service, environment],
  )
}

/** Locks whose time is over and that nobody has released: they hold nobody. */
export async function readExpiredLocks(db: Queryable, service: string, environment: string): Promise<LockRow[]> {
  return query<LockRow>(
    db,
    `select ${lockColumns} from locks
     where service = $1 and environment = $2 and released_at is null and until <= now() order by until, since`,
    [service, environment],
  )
}

export type Release = {
  service: string
  environment: string
  by: string
  at: string
  kind?: LockKind | null
  /** Absent or null: nobody has proven the name. */
  proof?: OrderProof | null
}

/** Releases every lock of an environment, or those of one kind; answers those this call, or the one it repeats, released. */
export async function releaseLocks(db: Queryable, release: Release): Promise<LockRow[]> {
  const key = [release.service, release.environment, release.at, storable(release.by)]
  await query(
    db,
    `update locks set released_at = $3, released_by = $4, release_proof = $6::jsonb
     where service = $1 and environment = $2 and released_at is null and ($5::text is null or kind = $5)
       and not exists (
         select from locks where service = $1 and environment = $2 and released_at = $3 and released_by = $4
       )`,
    [...key, release.kind ?? null, json(release.proof)],
  )
  return query<LockRow>(
    db,
    `select ${lockColumns} from locks
     where service = $1 and environment = $2 and released_at = $3 and released_by = $4 order by since`,
    key,
  )
}
