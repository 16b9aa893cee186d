import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { migrateHistory } from '../../src/history/migrate.ts'
import { startDistributionPostgres } from '../support/distribution-postgres.ts'

test("Belay's own tables can be made in the Postgres of a Linux distribution", async () => {
  const { url } = await startDistributionPostgres()
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  onTestFinished(() => client.end())
  const { applied } = await migrateHistory(client)
  expect(applied.length).toBeGreaterThan(0)
  expect(await migrateHistory(client)).toEqual({ applied: [] })
})
