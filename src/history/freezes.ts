import type { Freeze, FreezeOrder, Freezes } from '../domain/gate/freeze.ts'
import type { OrderProof } from '../domain/identity/order.ts'
import { json, type Queryable, query, storable } from './query.ts'

/** `at`: when it was asked for; with `by` what makes a repetition one. `proof` absent or null: nobody has proven the name. */
export type NewFreeze = FreezeOrder & { service: string; at: string; proof?: OrderProof | null }

export type Thaw = { service: string; environment: string | null; by: string; at: string; proof?: OrderProof | null }

const freezeColumns = 'environment, starts_at as "from", until, reason, by, proof is null as claimed'

/** Adds a freeze unless this very one was added before (and perhaps ended since). Several may overlap. */
export async function insertFreeze(db: Queryable, freeze: NewFreeze): Promise<void> {
  const { service, environment, from, until, reason, by, at, proof } = freeze
  await query(
    db,
    `insert into freezes (service, environment, starts_at, until, reason, by, at, proof)
     select $1, $2, coalesce($3::timestamptz, now()), $4::timestamptz, $5, $6, $7::timestamptz, $8::jsonb
     where not exists (
       select from freezes
       where service = $1 and environment is not distinct from $2 and by = $6 and at = $7::timestamptz
     )`,
    [service, environment, from, until, storable(reason), storable(by), at, json(proof)],
  )
}

/** Of an environment, with those of all; what is over is left out. */
export async function readFreezes(db: Queryable, service: string, environment: string): Promise<Freezes> {
  const rows = await query<Freeze & { begun: boolean }>(
    db,
    `select ${freezeColumns}, starts_at <= now() as begun from freezes
     where service = $1 and (environment = $2 or environment is null)
       and released_at is null and (until is null or until > now())
     order by starts_at, id`,
    [service, environment],
  )
  const of = (begun: boolean) => rows.filter((row) => row.begun === begun).map(({ begun: _, ...freeze }) => freeze)
  return { inForce: of(true), toCome: of(false) }
}

/** Ends what is in force or to come, of one environment or (null) of all; answers what this call, or the one it repeats, ended. */
export async function endFreezes(db: Queryable, { service, environment, by, at, proof }: Thaw): Promise<Freeze[]> {
  const key = [service, environment, at, storable(by)]
  const ended = `service = $1 and environment is not distinct from $2 and released_at = $3 and released_by = $4`
  await query(
    db,
    `update freezes set released_at = $3, released_by = $4, release_proof = $5::jsonb
     where service = $1 and environment is not distinct from $2 and released_at is null
       and (until is null or until > now())
       and not exists (select from freezes where ${ended})`,
    [...key, json(proof)],
  )
  return query<Freeze>(db, `select ${freezeColumns} from freezes where ${ended} order by starts_at, id`, key)
}
