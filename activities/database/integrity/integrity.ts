import type pg from 'pg'
import type { Catalog } from '../../../src/domain/catalog.ts'
import { shortName } from '../../../src/domain/catalog.ts'
import type { IntegrityResult } from '../../../src/domain/migration.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { isAway, saying } from '../client.ts'

type Assertion = DatabasePlan['integrity'][number]

/** Every constraint was checked against all rows, and no index is broken or half built. */
export function structuralIntegrity(catalog: Catalog): IntegrityResult[] {
  const unchecked = catalog.filter(({ kind, properties }) => kind === 'constraint' && properties.validated === false)
  const broken = catalog.filter(
    ({ kind, properties }) => kind === 'index' && (properties.valid === false || properties.ready === false),
  )
  return [
    structural('all constraints validated', 'no constraint that is not valid', unchecked),
    structural('all indexes valid', 'no invalid index', broken),
  ]
}

/** One assertion of the service, in a transaction that can change nothing. The query must give one value. */
export async function assertIntegrity(
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

function structural(name: string, expected: string, found: Catalog): IntegrityResult {
  const names = found.slice(0, 10).map((object) => shortName(object.name))
  const verdict = found.length === 0 ? 'passed' : 'failed'
  return { name, verdict, expected, got: names.join(', ') || 'none' }
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
