import pg from 'pg'

/** A pool, or one connection of it inside a transaction. */
export type Queryable = Pick<pg.Pool, 'query'> | Pick<pg.PoolClient, 'query'>

/** Runs one query; timestamps come back as RFC 3339 in UTC, counts as numbers. */
export async function query<Row extends pg.QueryResultRow>(
  db: Queryable,
  text: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const { rows } = await db.query<Row>({ text, values: [...values], types: { getTypeParser } })
  return rows
}

/** All of it or nothing. A connection that cannot even roll back is thrown away. */
export async function inTransaction<Result>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<Result>,
): Promise<Result> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const result = await work(client)
    await client.query('commit')
    return result
  } catch (error) {
    await client.query('rollback').catch((cause: unknown) => {
      broken = new Error('the connection could not roll back', { cause })
    })
    throw error
  } finally {
    client.release(broken)
  }
}

/** A value as jsonb takes it: Postgres stores no NUL and no lone surrogate, which foreign output may hold. */
export function json(value: unknown): string | null {
  if (value === null || value === undefined) return null
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner))
}

export function storable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '\uFFFD')
}

const timestamptz = 1184
const bigint = 20

function getTypeParser(oid: number, format?: 'text' | 'binary'): (text: string) => unknown {
  if (oid === timestamptz) return (text) => new Date(text).toISOString()
  if (oid === bigint) return Number
  return format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid, 'text')
}
