import { Unreachable } from '../client/errors.ts'
import { createHistory, type History } from '../history/history.ts'
import { createHistoryPool } from '../history/pool.ts'
import type { Shell } from './shell/shell.ts'

/**
 * Opens Belay's own database for reading; `BELAY_DATABASE_URL`, or the one of a running `belay dev`. Throws
 * `Unreachable` without its address, which holds a password.
 */
export async function withHistory<T>(shell: Shell, work: (history: History) => Promise<T>): Promise<T> {
  const url = shell.environment.BELAY_DATABASE_URL
  if (!url) throw new Unreachable(what, 'BELAY_DATABASE_URL (not set)', 'set it, or start `belay dev`')
  const pool = createHistoryPool({ url, onIdleError: () => undefined })
  try {
    return await work(createHistory(pool))
  } catch (error) {
    if (error instanceof TypeError && !('code' in error)) throw error
    throw new Unreachable(what, 'BELAY_DATABASE_URL', nextFor(codeOf(error)), error)
  } finally {
    await pool.end()
  }
}

const what = 'the history database'

function nextFor(code: string): string {
  switch (code) {
    case '42P01':
      return 'it has no tables of Belay yet; start a worker once (`belay worker` or `belay dev`), it makes them'
    case '28P01':
    case '28000':
      return 'it refuses the user or password; correct BELAY_DATABASE_URL'
    case '3D000':
      return 'there is no such database; create it or correct BELAY_DATABASE_URL'
    default:
      return `is Postgres running there? Start it, or \`belay dev\` (${code})`
  }
}

/** The kind of failure and never its text: an address may stand in it. */
function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error) return String(error.code)
  return error instanceof Error ? error.name : 'no code'
}
