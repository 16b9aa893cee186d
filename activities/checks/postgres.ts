import type { JsonValue, Probe } from '../../src/domain/check.ts'
import { errorWords } from '../network/error-words.ts'
import { expectationOf } from './expectation.ts'
import { openSession, type Session } from './postgres-session.ts'
import type { Answer, Probing } from './probing.ts'

type PostgresProbe = Extract<Probe, { kind: 'postgres' }>

/** Connects, asks in a read-only transaction, compares the first value of the first row. No row is no data. */
export async function probePostgres(probe: PostgresProbe, probing: Probing): Promise<Answer> {
  const expected = expectationOf(probe)
  const url = probing.resolve(probe.url)
  const sql = probe.sql === null ? 'select 1' : probing.resolve(probe.sql)
  try {
    const session = await openSession(url, probing.signal, probing.timeoutMs)
    try {
      return { expected, ...judge(probe, await askReadOnly(session, sql, probing.timeoutMs)) }
    } finally {
      await session.close()
    }
  } catch (error) {
    probing.signal.throwIfAborted()
    return { verdict: 'failed', expected, got: errorWords(error) }
  }
}

/** The server ends the query too, or an attempt that gave up would leave it running there. */
async function askReadOnly(session: Session, sql: string, timeoutMs: number): Promise<(string | null)[][]> {
  await session.query('begin transaction read only')
  await session.query(`set local statement_timeout = ${Math.max(1, Math.ceil(timeoutMs))}`)
  const rows = await session.query(sql)
  await session.query('rollback')
  return rows
}

function judge(probe: PostgresProbe, rows: (string | null)[][]): Pick<Answer, 'verdict' | 'nothing' | 'got'> {
  const [value] = rows[0] ?? []
  if (value === undefined) return { verdict: 'inconclusive', nothing: 'empty', got: 'no data: no row' }
  const passed = probe.expect === null || isEqual(value, probe.expect)
  return { verdict: passed ? 'passed' : 'failed', got: value ?? 'null' }
}

/** Postgres writes every value as text: 3, 3.0 and 3.00 are one number, t is true. */
function isEqual(value: string | null, expected: JsonValue): boolean {
  if (value === null || expected === null) return value === expected
  switch (typeof expected) {
    case 'number':
      return value.trim() !== '' && Number(value) === expected
    case 'boolean':
      return value === (expected ? 't' : 'f') || value === String(expected)
    case 'string':
      return value === expected
    default:
      return value === JSON.stringify(expected)
  }
}
