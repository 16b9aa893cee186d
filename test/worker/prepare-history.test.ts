import { pino } from 'pino'
import { expect, onTestFinished, test, vi } from 'vitest'
import { createHistoryPool } from '../../src/history/pool.ts'
import { prepareHistory } from '../../src/worker/prepare-history.ts'
import { createDatabase, startPostgres } from '../support/postgres.ts'

const logger = pino({ level: 'silent' })

test('makes the tables at the start', async () => {
  const { url, drop } = await createDatabase()
  const pool = poolOf(url)
  onTestFinished(drop)
  await prepareHistory(pool, logger)
  expect(await hasTables(pool)).toBe(true)
})

test('does not wait for a Postgres that is away, and makes the tables when it is back', async () => {
  const server = await startPostgres()
  onTestFinished(() => server.stop())
  const pool = poolOf(server.url)
  await server.pause()
  const preparing = await prepareHistory(pool, logger)
  onTestFinished(() => preparing.stop())
  await server.start()
  await vi.waitUntil(() => hasTables(pool).catch(() => false), { timeout: 30_000, interval: 100 })
})

test('refuses tables that a newer version made', async () => {
  const { url, drop } = await createDatabase()
  const pool = poolOf(url)
  onTestFinished(drop)
  await prepareHistory(pool, logger)
  await pool.query("insert into belay_migrations (name, checksum) values ('999999_later.sql', 'x')")
  await expect(prepareHistory(pool, logger)).rejects.toThrow('from a newer one')
})

function poolOf(url: string) {
  const pool = createHistoryPool({ url, onIdleError: () => undefined })
  onTestFinished(() => pool.end())
  return pool
}

async function hasTables(pool: ReturnType<typeof poolOf>): Promise<boolean> {
  const { rows } = await pool.query<{ found: boolean }>("select to_regclass('deployment_history') is not null as found")
  return rows[0]?.found === true
}
