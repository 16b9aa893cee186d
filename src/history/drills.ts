import type { LastDrill } from '../domain/gate/last-drill.ts'
import { type Queryable, query } from './query.ts'

/**
 * The newest drill of one commit: a later one outweighs an earlier one, whatever both said. One that ended before it
 * changed anything tried no way back and does not count; one that is still open does, because nobody knows yet.
 */
export async function readLastDrill(
  db: Queryable,
  wanted: { service: string; environment: string; commit: string },
): Promise<LastDrill | null> {
  const rows = await query<LastDrill>(
    db,
    `select deployment, version, outcome, way_back_ms as "wayBackMs", finished_at as "finishedAt", sentence
     from deployment_history
     where kind = 'drill' and service = $1 and environment = $2 and commit = $3
       and (outcome is null or outcome not in ('REFUSED', 'ABORTED', 'SUPERSEDED'))
     order by started_at desc, deployment desc
     limit 1`,
    [wanted.service, wanted.environment, wanted.commit],
  )
  return rows[0] ?? null
}
