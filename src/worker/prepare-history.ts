import type pg from 'pg'
import type { Logger } from 'pino'
import { migrateHistory } from '../history/migrate.ts'

/**
 * Brings Belay's tables up to date. While Postgres is away it keeps trying in the background, because a rollback needs
 * a worker and not Postgres; whatever else is wrong with the tables is thrown. `stop` ends the trying.
 */
export async function prepareHistory(pool: pg.Pool, logger: Logger): Promise<{ stop(): void }> {
  const stopped = new AbortController()
  if (!(await migrated(pool, logger))) keepTrying(pool, logger, stopped.signal)
  return { stop: () => stopped.abort() }
}

const retryMs = 3_000

/** false: Postgres does not answer. */
async function migrated(pool: pg.Pool, logger: Logger): Promise<boolean> {
  const client = await pool.connect().catch((error: unknown) => {
    logger.warn({ error: String(error) }, 'history database does not answer; deployments are refused until it does')
    return null
  })
  if (client === null) return false
  try {
    const { applied } = await migrateHistory(client)
    if (applied.length > 0) logger.info({ applied }, 'history database brought up to date')
    return true
  } finally {
    client.release()
  }
}

function keepTrying(pool: pg.Pool, logger: Logger, signal: AbortSignal): void {
  const timer = setTimeout(() => {
    migrated(pool, logger).then(
      (done) => {
        if (!done && !signal.aborted) keepTrying(pool, logger, signal)
      },
      (error: unknown) => logger.error({ error: String(error) }, 'history database cannot be brought up to date'),
    )
  }, retryMs)
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
}
