import type { RunKind } from '../domain/log/entry.ts'
import type { Outcome } from '../domain/outcome.ts'
import { type DeploymentRow, deploymentColumns } from './deployments.ts'
import { type Queryable, query } from './query.ts'

/** Every given condition must hold. `after` is the last row of the page before. */
export type DeploymentFilter = {
  service?: string | null
  environment?: string | null
  version?: string | null
  kind?: RunKind | null
  outcome?: Outcome | null
  performer?: string | null
  /** Opened at or after; RFC 3339. */
  since?: string | null
  /** 1 to 200 rows; 20 unless said otherwise. */
  limit?: number
  after?: { openedAt: string; deployment: string } | null
}

/** `next` is the `after` of the following page; null: this is the last one. */
export type DeploymentPage = { rows: DeploymentRow[]; next: { openedAt: string; deployment: string } | null }

/** Newest first. Paged by key, so that rows which arrive meanwhile neither repeat nor hide any. */
export async function listDeployments(db: Queryable, filter: DeploymentFilter): Promise<DeploymentPage> {
  const limit = Math.min(Math.max(Math.trunc(filter.limit ?? 20), 1), 200)
  const rows = await query<DeploymentRow>(
    db,
    `select ${deploymentColumns} from deployment_history
     where ($1::text is null or service = $1)
       and ($2::text is null or environment = $2)
       and ($3::text is null or version = $3)
       and ($4::text is null or kind = $4)
       and ($5::text is null or outcome = $5)
       and ($6::text is null or deployed_by = $6)
       and ($7::timestamptz is null or started_at >= $7)
       and ($8::timestamptz is null or (started_at, deployment) < ($8, $9::text))
     order by started_at desc, deployment desc
     limit $10`,
    [
      filter.service ?? null,
      filter.environment ?? null,
      filter.version ?? null,
      filter.kind ?? null,
      filter.outcome ?? null,
      filter.performer ?? null,
      filter.since ?? null,
      filter.after?.openedAt ?? null,
      filter.after?.deployment ?? null,
      limit + 1,
    ],
  )
  return pageOf(rows, limit)
}

function pageOf(rows: readonly DeploymentRow[], limit: number): DeploymentPage {
  const page = rows.slice(0, limit)
  const last = page.at(-1)
  const more = rows.length > limit && last !== undefined
  return { rows: page, next: more ? { openedAt: last.openedAt, deployment: last.deployment } : null }
}
