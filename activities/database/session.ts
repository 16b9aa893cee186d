import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { gotNoLock, withClient, withPatience } from './client.ts'
import { sessionName } from './tools/tool-process.ts'
import { toolFor } from './tools/tools.ts'

type Settings = DatabasePlan['migrations']

/** How long a database may be away before what needs it gives up. */
const patienceMs = 30_000

/**
 * A connection that alone may migrate: Belay's own advisory lock is held and the tool's is free, so no statement of a
 * program that was killed still runs on the server. When the connection is lost, `work` starts anew on another one,
 * three times at most: it must find out from the world where it is.
 */
export async function withMigrationLock<T>(
  { url, settings }: { url: string; settings: Settings },
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  let starts = 0
  return await withPatience(patienceMs, (answered) =>
    withClient(url, async (client) => {
      await takeLock(client, settings)
      answered()
      starts += 1
      if (starts > 3) throw new Error('the connection to the database was lost three times in the middle')
      await freshSettings(client, settings)
      return await work(client)
    }),
  )
}

/** The limits of every statement; what a migration before has set is forgotten. */
export async function freshSettings(client: pg.ClientBase, settings: Settings): Promise<void> {
  const [lockMs, statementMs] = [Math.ceil(settings.lockTimeoutMs), Math.ceil(settings.timeoutMs)]
  await client.query(`reset all; set lock_timeout = ${lockMs}; set statement_timeout = ${statementMs}`)
}

/** Between two migrations: what the one before has set is forgotten, and its temporary tables are, as in a session of its own. */
export async function freshSession(client: pg.ClientBase, settings: Settings): Promise<void> {
  await freshSettings(client, settings)
  await client.query('discard temp')
}

/** A transaction that is begun again, twice at most, when it had to wait too long for a lock. */
export async function inTransaction<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    await client.query('begin')
    try {
      const result = await work()
      await client.query('commit')
      return result
    } catch (error) {
      await client.query('rollback')
      if (attempt >= 3 || !gotNoLock(error)) throw error
    }
  }
}

async function takeLock(client: pg.Client, settings: Settings): Promise<void> {
  const { ownLock } = toolFor(settings)
  await client.query(`select set_config('lock_timeout', $1, false)`, [`${Math.ceil(settings.timeoutMs)}ms`])
  const key = `belay migrations ${settings.schema}.${settings.table}`
  try {
    await client.query('select pg_advisory_lock(hashtextextended($1, 0))', [key])
    if (ownLock !== null) {
      await client.query('select pg_advisory_lock($1::bigint)', [ownLock])
      await client.query('select pg_advisory_unlock($1::bigint)', [ownLock])
    }
  } catch (error) {
    if (!gotNoLock(error)) throw error
    throw anotherRuns(settings)
  }
  await waitForSessions(client, settings)
}

/** A tool without a lock is known by the name of its sessions: nothing begins while one of them is still at work. */
async function waitForSessions(client: pg.Client, settings: Settings): Promise<void> {
  const deadline = performance.now() + settings.timeoutMs
  const running = 'select from pg_stat_activity where datname = current_database() and application_name = $1'
  while ((await client.query(running, [sessionName(settings)])).rowCount !== 0) {
    if (performance.now() > deadline) throw anotherRuns(settings)
    await pause(100)
  }
}

function anotherRuns({ timeoutMs }: Settings): Error {
  return new Error(
    `migration lock: expected it within ${timeoutMs} ms, but another migration holds it; wait for that one`,
  )
}
