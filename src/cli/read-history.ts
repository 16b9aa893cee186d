import { Unreachable } from '../client/errors.ts'
import { createHistory, type History } from '../history/history.ts'
import { createHistoryPool } from '../history/pool.ts'
import type { Shell } from './shell.ts'

/** Opens Belay's own database for reading; `BELAY_DATABASE_URL`, or the one of a running `belay dev`. */
export async function withHistory<T>(shell: Shell, work: (history: History) => Promise<T>): Promise<T> {
  const url = shell.environment.BELAY_DATABASE_URL
  if (!url)
    throw new Unreachable('the history database', 'BELAY_DATABASE_URL (not set)', 'set it, or start `belay dev`')
  const pool = createHistoryPool({ url, onIdleError: () => undefined })
  try {
    return await work(createHistory(pool))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED') {
      throw new Unreachable('the history database', 'BELAY_DATABASE_URL', 'is Postgres running?', error)
    }
    throw error
  } finally {
    await pool.end()
  }
}
