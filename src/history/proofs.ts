import { type Queryable, query } from './query.ts'

export type UsedProof = { statement: string; runId: string; at: string }

/** Answers the run that used this statement first: this one, unless another was there. */
export async function useProof(db: Queryable, { statement, runId, at }: UsedProof): Promise<{ runId: string }> {
  const values = [statement, runId, at]
  await query(db, 'insert into proofs_used (statement, run_id, at) values ($1, $2, $3) on conflict do nothing', values)
  const [row] = await query<{ runId: string }>(db, 'select run_id as "runId" from proofs_used where statement = $1', [
    statement,
  ])
  if (!row) throw new Error('proofs_used: expected the row that was just written, found none')
  return row
}
