import type { Freeze, Freezes } from '../domain/gate/freeze.ts'
import { type Queryable, query, storable } from './query.ts'

/** `from` null: from now on. `at`: when it was asked for; with `by` what makes a repetition one. */
export type NewFreeze = Omit<Freeze, 'from'> & { service: string; from: string | null; at: string }

export type Thaw = { service: string; environment: string | null; by: string; at: string }

const freezeColumns = 'environment, starts_at as "from", until, reason, by'

/** Adds a freeze unless this very one was added before (and perhaps ended since). Several may overlap. */
export async function insertFreeze(db: Queryable, freeze: NewFreeze): Promise<void> {
  const { service, environment, from, until, reason, by, at } = freeze
  await query(
    db,
    `insert into freezes (service, environment, starts_at, until, reason, by, at)
     select $1, $2, coalesce($3::timestamptz, now()), $4::timestamptz, $5, $6, $7::timestamptz
     where not exists (
       select from freezes
       where service = $1 and environment is not distinct from $2 and by = $6 and at = $7::timestamptz
     )`,
    [service, environment, from, until, storable(reason), storable(by), at],
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
export async function endFreezes(db: Queryable, { service, environment, by, at }: Thaw): Promise<Freeze[]> {
  const key = [service, environment, at, storable(by)]
  const ended = `service = $1 and environment is not distinct from $2 and released_at = $3 and released_by = $4`
  await query(
    db,
    `update freezes set released_at = $3, released_by = $4
     where service = $1 and environment is not distinct from $2 and released_at is null
       and (until is null or until > now())
       and not exists (select from freezes where ${ended})`,
    key,
  )
  return query<Freeze>(db, `select ${freezeColumns} from freezes where ${ended} order by starts_at, id`, key)
}
