import type { KeptProof } from '../domain/identity/taken-proof.ts'
import { json, type Queryable, query } from './query.ts'

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

/** Proofs are numbered by their run: the same number twice is the same proof. */
export async function insertProofs(db: Queryable, deployment: string, proofs: readonly KeptProof[]): Promise<void> {
  await query(
    db,
    `insert into proofs (deployment, seq, action, about, by, key, signed_at, taken_at, statement, signature)
     select $1, seq, action, about, by, key, "signedAt", "takenAt", statement, signature
     from jsonb_to_recordset($2::jsonb) as given (seq integer, action text, about text, by text, key text,
       "signedAt" timestamptz, "takenAt" timestamptz, statement text, signature text)
     on conflict (deployment, seq) do nothing`,
    [deployment, json(proofs)],
  )
}

export async function readProofs(db: Queryable, deployment: string): Promise<KeptProof[]> {
  return query<KeptProof>(
    db,
    `select seq, action, about, by, key, signed_at as "signedAt", taken_at as "takenAt", statement, signature
     from proofs where deployment = $1 order by seq`,
    [deployment],
  )
}
