import { setTimeout as pause } from 'node:timers/promises'
import type pg from 'pg'
import { gotNoLock } from '../client.ts'
import type { MigrationSettings } from '../tools/tool.ts'

/**
 * A transaction that waits for its locks in short tries, and is rolled back entirely after each: whoever waits for an
 * exclusive lock stops every reader that comes after it. `tables` are locked first, so that nobody writes between a
 * count and the commit. Throws `NoLock` when its patience is over; then nothing of it waits or holds anything.
 */
export async function inShortTries(
  client: pg.ClientBase,
  { settings, tables }: { settings: MigrationSettings; tables: readonly string[] },
  work: () => Promise<void>,
): Promise<void> {
  const [tryMs, patienceMs] = [tryMsOf(settings), settings.lockTimeoutMs * 3]
  const giveUpAt = performance.now() + patienceMs
  for (;;) {
    await client.query('begin')
    try {
      await lockTables(client, tables, tryMs)
      await work()
      return void (await client.query('commit'))
    } catch (error) {
      await client.query('rollback')
      if (!gotNoLock(error)) throw error
      if (performance.now() + breathMs > giveUpAt) throw new NoLock(patienceMs, tryMs)
    }
    await pause(breathMs)
  }
}

/** It is nobody's fault but the one's who holds it. */
class NoLock extends Error {
  override readonly name = 'NoLock'
  constructor(patienceMs: number, tryMs: number) {
    super(
      `lock timeout: expected its locks within ${patienceMs} ms, in tries of ${tryMs} ms so that readers pass in between, got none`,
    )
  }
}

/** Within one try, however many they are. */
async function lockTables(client: pg.ClientBase, tables: readonly string[], tryMs: number): Promise<void> {
  const until = performance.now() + tryMs
  for (const table of tables) {
    await waitAtMost(client, until - performance.now())
    await client.query(`lock table only ${table} in access exclusive mode`)
  }
  await waitAtMost(client, tryMs)
}

export function tryMsOf({ lockTimeoutMs }: MigrationSettings): number {
  return Math.min(longestTryMs, lockTimeoutMs)
}

/** For the rest of the transaction. */
export async function waitAtMost(client: pg.ClientBase, ms: number): Promise<void> {
  await client.query(`select set_config('lock_timeout', $1, true)`, [`${Math.max(1, Math.ceil(ms))}ms`])
}

/** A page that waits a fifth of a second is slow; one that waits for seconds is an outage, and the pool runs full. */
const longestTryMs = 200

/** Longer than the try: whoever queued up behind it is through before the next one. */
const breathMs = 300
