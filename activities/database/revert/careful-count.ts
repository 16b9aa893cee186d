import pg from 'pg'
import { isErrno } from '../../disk/atomic.ts'
import { pinned } from '../apply/rows.ts'
import { gotNoLock, isAway, saying, withSettings } from '../client.ts'

/**
 * Counts in the transaction that is open: under its locks, and whatever a count needs (a function, an empty table) is
 * gone again with its savepoint. `{ why }`: it cannot be counted. A lock that is not to be had is no answer, and thrown.
 */
export async function countCarefully(
  client: pg.ClientBase,
  count: () => Promise<number | null>,
): Promise<number | Uncounted> {
  await client.query('savepoint belay_count')
  try {
    return (await count()) ?? { why: 'there is no way to count rows against such a rule', code: null }
  } catch (error) {
    if (isAway(error) || gotNoLock(error)) throw error
    return { why: saying(error, ''), code: error instanceof pg.DatabaseError ? (error.code ?? null) : null }
  } finally {
    await client.query('rollback to savepoint belay_count; release savepoint belay_count').catch(() => undefined)
  }
}

/** `code`: the server's. */
export type Uncounted = { why: string; code: string | null }

/** null: a right is missing, or a policy may hide rows. It could be reverted without a look; that is said, and done. */
export async function readable<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T | null> {
  await client.query('savepoint belay_look')
  try {
    const result = await work()
    await client.query('release savepoint belay_look')
    return result
  } catch (error) {
    if (!isErrno(error, insufficientPrivilege)) throw error
    await client.query('rollback to savepoint belay_look; release savepoint belay_look')
    return null
  }
}

/** Both have this code: what `row_security = off` makes of a policy, and a missing grant, of temporary tables too. */
const insufficientPrivilege = '42501'

/** One picture of all rows, however long it takes; nothing is kept. For a count before anything runs. */
export async function inOnePicture<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  await client.query('begin isolation level repeatable read')
  try {
    return await work()
  } finally {
    await client.query('rollback').catch(() => undefined)
  }
}

/** The text of a value does not depend on who asks, and no policy hides a row. */
export async function inPlainWords<T>(client: pg.ClientBase, work: () => Promise<T>): Promise<T> {
  return await withSettings(client, pinned, work)
}

export async function numberFrom(client: pg.ClientBase, query: string): Promise<number> {
  const { rows } = await client.query<{ n: string }>(query)
  return Number(rows[0]?.n)
}
