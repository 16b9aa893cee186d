import pg from 'pg'
import { createHistory, type History } from '../../src/history/history.ts'
import { migrateHistory } from '../../src/history/migrate.ts'
import { createHistoryPool } from '../../src/history/pool.ts'
import { createDatabase } from '../support/postgres.ts'

export type HistoryDatabase = {
  url: string
  pool: pg.Pool
  history: History
  /** Empties every table. */
  empty(): Promise<void>
  stop(): Promise<void>
}

/** A real Postgres with Belay's own tables in it. */
export async function startHistory(): Promise<HistoryDatabase> {
  const database = await createDatabase()
  await withClient(database.url, migrateHistory)
  const pool = createHistoryPool({ url: database.url, onIdleError: () => undefined })
  return {
    url: database.url,
    pool,
    history: createHistory(pool),
    async empty() {
      await pool.query('truncate deployment_history, items, events, samples, proofs, locks, freezes, blocked_releases')
    },
    async stop() {
      await pool.end()
      await database.drop()
    },
  }
}

export async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
