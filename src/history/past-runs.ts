import type { PastRun } from '../domain/preview/estimate.ts'
import { type Queryable, query } from './query.ts'

/** More would tell of hosts and checks that are long gone. */
const newestRuns = 9

/** The newest deployments of an environment that passed, newest first: how long each took, in all and by phase. */
export async function readPastRuns(db: Queryable, service: string, environment: string): Promise<PastRun[]> {
  const rows = await query<{ ms: number; phases: Record<string, number> | null }>(
    db,
    `with passed as (
       select deployment, started_at, finished_at from deployment_history
       where service = $1 and environment = $2 and kind = 'deployment' and outcome = 'SUCCESS'
       order by finished_at desc, deployment desc
       limit $3),
     begun as (
       select deployment, seq, data ->> 'phase' as phase, at,
         lead(at) over (partition by deployment order by seq) as next_at
       from events where kind = 'phase' and deployment in (select deployment from passed)),
     took as (
       select deployment, phase, min(seq) as seq, sum(extract(epoch from next_at - at) * 1000)::float8 as ms
       from begun where next_at is not null group by deployment, phase)
     select extract(epoch from finished_at - least(started_at, (select min(at) from begun
         where begun.deployment = passed.deployment)))::float8 * 1000 as ms,
       (select json_object_agg(phase, ms order by seq) from took where took.deployment = passed.deployment) as phases
     from passed order by finished_at desc, deployment desc`,
    [service, environment, newestRuns],
  )
  return rows.map(({ ms, phases }) => ({ ms: Math.round(ms), phases: phases ?? {} }))
}
