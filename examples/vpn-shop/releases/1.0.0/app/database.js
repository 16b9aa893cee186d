import pg from 'pg'
import { log } from './log.js'

export function createPool(config, url) {
  const pool = new pg.Pool({
    connectionString: url,
    max: config.poolSize,
    connectionTimeoutMillis: 2_000,
    statement_timeout: 5_000,
  })
  // A server that goes away ends idle connections too; the pool makes new ones.
  pool.on('error', (error) => log('WARN', `idle database connection: ${error.message}`))
  return pool
}

export async function isReady(pool) {
  return pool.query('select 1').then(
    () => true,
    () => false,
  )
}
