import pg from 'pg'

/**
 * Connections to Belay's own database. An idle connection that breaks (Postgres restarted) is told to `onIdleError`
 * and replaced at the next use; without a listener it would end the process.
 */
export function createHistoryPool(options: { url: string; onIdleError: (error: Error) => void }): pg.Pool {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: 5,
    connectionTimeoutMillis: 5_000,
    query_timeout: 20_000,
    idle_in_transaction_session_timeout: 20_000,
    application_name: 'belay',
  })
  pool.on('error', options.onIdleError)
  return pool
}
