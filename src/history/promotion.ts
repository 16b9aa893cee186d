import { liveOver, type PromotionFacts, type Turn } from '../domain/gate/promotion.ts'
import { type Queryable, query } from './query.ts'

type Wanted = { service: string; environment: string; version: string; commit: string }

/** Only deployments count: a drill goes back on purpose, and nobody watched what was deployed by hand. */
const succeeded = `service = $1 and environment = $2 and outcome = 'SUCCESS' and kind = 'deployment'`

export async function readPromotion(db: Queryable, wanted: Wanted): Promise<PromotionFacts> {
  const place = [wanted.service, wanted.environment]
  const takenOff = await readTakenOff(db, wanted)
  const successes = await query<{ deployment: string; version: string; at: string }>(
    db,
    `select deployment, version, finished_at as at from deployment_history
     where ${succeeded} and commit = $3 and ($4::timestamptz is null or finished_at > $4)
     order by finished_at desc, deployment desc`,
    [...place, wanted.commit, takenOff?.at ?? null],
  )
  const [otherCommit] = await query<{ commit: string; at: string }>(
    db,
    `select commit, finished_at as at from deployment_history
     where ${succeeded} and version = $3 and commit <> $4 order by finished_at desc limit 1`,
    [...place, wanted.version, wanted.commit],
  )
  const [last] = await query<{ version: string; commit: string }>(
    db,
    `select version, commit from deployment_history where ${succeeded} order by finished_at desc limit 1`,
    place,
  )
  const first = successes.at(-1)
  const { turns, nowMs } = first ? await readTurns(db, wanted, first.at) : { turns: [], nowMs: 0 }
  return {
    success: successes[0] ?? null,
    live: liveOver(turns, wanted.commit, nowMs),
    takenOff,
    otherCommit: otherCommit ?? null,
    last: last ?? null,
  }
}

/**
 * Every rollback of a commit blocks it, but one of the only release, which went back to nothing. A cleared block lets it
 * be deployed again, it makes no success of it.
 */
async function readTakenOff(db: Queryable, wanted: Wanted): Promise<PromotionFacts['takenOff']> {
  const [row] = await query<NonNullable<PromotionFacts['takenOff']>>(
    db,
    `select since as at, reason, cleared_at is null as blocked from blocked_releases
     where service = $1 and environment = $2 and commit = $3
     union all
     select finished_at, sentence, false from deployment_history
     where service = $1 and environment = $2 and commit = $3
       and kind = 'rollback' and outcome = 'ROLLED_BACK' and marker is null
     order by at desc limit 1`,
    [wanted.service, wanted.environment, wanted.commit],
  )
  return row ?? null
}

/**
 * From the first success on: what passed, where a rollback by hand went, and every end after which nobody knows what
 * runs. A deployment that came back by itself, and a drill, leave what was live: the minutes between are not counted off.
 */
async function readTurns(db: Queryable, wanted: Wanted, from: string): Promise<{ turns: Turn[]; nowMs: number }> {
  const rows = await query<Turn & { now: string }>(
    db,
    `select started_at as "startedAt", finished_at as "finishedAt", now() as now,
       case when outcome = 'ROLLBACK_FAILED' or (outcome = 'ROLLED_BACK' and marker is null) then null else commit end
         as commit
     from deployment_history
     where service = $1 and environment = $2 and finished_at >= $3 and (
       outcome = 'ROLLBACK_FAILED'
       or (outcome = 'SUCCESS' and kind in ('deployment', 'manual'))
       or (outcome = 'ROLLED_BACK' and kind = 'rollback'))
     order by finished_at, deployment`,
    [wanted.service, wanted.environment, from],
  )
  return { turns: rows, nowMs: Date.parse(rows[0]?.now ?? from) }
}
