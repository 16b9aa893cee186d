import { type Queryable, query } from './query.ts'

/** Environments of a service whose newest run was planned with `identity: ssh`, by name. */
export async function readProvenEnvironments(db: Queryable, service: string): Promise<string[]> {
  const rows = await query<{ environment: string }>(
    db,
    `select environment from (
       select distinct on (environment) environment, plan ->> 'identity' as identity from deployment_history
       where service = $1 order by environment, started_at desc, deployment desc
     ) as newest
     where identity = 'ssh' order by environment`,
    [service],
  )
  return rows.map(({ environment }) => environment)
}
