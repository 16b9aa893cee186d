import type pg from 'pg'
import { pinned } from '../apply/rows.ts'
import { isAway } from '../client.ts'
import { throwIfStopped } from './stop.ts'

/** One moment of the database, that can be looked at and not changed. Ends with `work`. */
export type Reading = {
  client: pg.ClientBase
  /** Transaction ids as 64 bit numbers in text: older than `xmin` nobody writes any more, from `xmax` on nobody has yet. */
  snapshot: { xmin: string; xmax: string }
  serverVersion: number
  /**
   * Asks in a savepoint, for at most what is left of the whole time: a table that cannot be read, or not in time, says so
   * and the others are read all the same.
   */
  attempt<T>(work: () => Promise<T>): Promise<T | { failed: string }>
}

/** Everything that `work` reads is of one snapshot; values are written the same way whoever asks. */
export async function readingOnce<T>(
  client: pg.ClientBase,
  { longestMs, lockTimeoutMs }: { longestMs: number; lockTimeoutMs: number },
  work: (reading: Reading) => Promise<T>,
): Promise<T> {
  const endsAt = performance.now() + longestMs
  await client.query('begin transaction isolation level repeatable read read only')
  try {
    const limit = `${Math.ceil(longestMs)}ms`
    await setLocally(client, { ...pinned, search_path: '', lc_monetary: 'C', statement_timeout: limit })
    const { rows } = await client.query<Row>(
      `select pg_snapshot_xmin(pg_current_snapshot())::text as xmin, pg_snapshot_xmax(pg_current_snapshot())::text as xmax,
        current_setting('server_version_num')::int as version`,
    )
    const [{ xmin, xmax, version } = { xmin: '0', xmax: '0', version: 0 }] = rows
    const attempt = <R>(ask: () => Promise<R>) =>
      attempted(client, { leftMs: endsAt - performance.now(), lockTimeoutMs }, ask)
    return await work({ client, snapshot: { xmin, xmax }, serverVersion: version, attempt })
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

type Row = { xmin: string; xmax: string; version: number }

async function attempted<T>(
  client: pg.ClientBase,
  { leftMs, lockTimeoutMs }: { leftMs: number; lockTimeoutMs: number },
  work: () => Promise<T>,
): Promise<T | { failed: string }> {
  if (leftMs <= 0) return { failed: 'no time was left' }
  await client.query('savepoint look')
  try {
    // Who holds a table for long is not waited for, table by table.
    const limits = { statement_timeout: `${Math.ceil(leftMs)}ms`, lock_timeout: `${Math.ceil(lockTimeoutMs)}ms` }
    await setLocally(client, limits)
    return await work()
  } catch (error) {
    if (isAway(error)) throw error
    throwIfStopped()
    return { failed: error instanceof Error ? error.message.slice(0, 200) : String(error) }
  } finally {
    await client.query('rollback to savepoint look; release savepoint look').catch(() => undefined)
  }
}

async function setLocally(client: pg.ClientBase, settings: Readonly<Record<string, string>>): Promise<void> {
  await client.query('select set_config(name, value, true) from unnest($1::text[], $2::text[]) as given(name, value)', [
    Object.keys(settings),
    Object.values(settings),
  ])
}
