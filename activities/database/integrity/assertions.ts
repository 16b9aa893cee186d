import type pg from 'pg'
import type { IntegrityResult } from '../../../src/domain/integrity/integrity.ts'
import { longestAssertionMs } from '../../../src/domain/integrity/limit.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { isAway, saying } from '../client.ts'
import type { Tell } from './progress.ts'

type Assertion = DatabasePlan['integrity'][number]

/** Every assertion of the service, one after the other. */
export async function askAssertions(
  client: pg.ClientBase,
  database: DatabasePlan,
  { url, tell }: { url: string; tell: Tell },
): Promise<IntegrityResult[]> {
  const timeoutMs = Math.min(database.migrations.timeoutMs, longestAssertionMs)
  const results: IntegrityResult[] = []
  for (const assertion of database.integrity) {
    tell(`asking: ${assertion.name}`)
    results.push(await assertIntegrity(client, assertion, { timeoutMs, url }))
  }
  return results
}

/** One assertion of the service, in a transaction that can change nothing. The query must give one value. */
async function assertIntegrity(
  client: pg.ClientBase,
  { name, sql, expect }: Assertion,
  { timeoutMs, url }: { timeoutMs: number; url: string },
): Promise<IntegrityResult> {
  const expected = JSON.stringify(expect)
  try {
    await client.query('begin transaction isolation level repeatable read read only')
    await client.query(`select set_config('statement_timeout', $1, true)`, [`${Math.ceil(timeoutMs)}ms`])
    // The extended protocol takes one statement only: `...; commit; drop table` is an error.
    const query = { text: sql, rowMode: 'array' as const, queryMode: 'extended' }
    const { rows, fields } = await client.query<unknown[]>(query)
    if (rows.length !== 1 || fields.length !== 1) {
      const got = `${rows.length} rows of ${fields.length} columns`
      return { name, verdict: 'error', expected: `one value, ${expected}`, got }
    }
    const value = rows[0]?.[0]
    return { name, verdict: equals(value, expect) ? 'passed' : 'failed', expected, got: shown(value) }
  } catch (error) {
    if (isAway(error)) throw error
    return { name, verdict: 'error', expected, got: saying(error, url).slice(0, 300) }
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

/** Counts arrive as text, because they may be larger than a number. */
function equals(value: unknown, expect: Assertion['expect']): boolean {
  if (expect === null || value === null) return value === expect
  if (typeof expect === 'number') return value !== '' && typeof value !== 'boolean' && Number(value) === expect
  return typeof value === typeof expect ? value === expect : shown(value) === String(expect)
}

function shown(value: unknown): string {
  return (typeof value === 'string' ? value : JSON.stringify(value ?? null)).slice(0, 200)
}
