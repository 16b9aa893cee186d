import { readFile } from 'node:fs/promises'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { fingerprintOf, physicalFingerprintOf, readCatalog } from '../../activities/database/catalog/catalog.ts'
import { diffCatalogs, orderDifferences } from '../../src/domain/catalog/catalog.ts'
import { startDistributionPostgres } from '../support/distribution-postgres.ts'
import { createDatabase } from '../support/postgres.ts'
import { changes } from './catalog-changes/changes.ts'

test.each(['everything', 'views'])('%s.sql reads the same on the distribution’s Postgres and on ours', async (name) => {
  const sql = await readFile(`test/fixtures/catalog/${name}.sql`, 'utf8')
  const older = await clientOf((await startDistributionPostgres()).url)
  const database = await createDatabase()
  onTestFinished(database.drop)
  const newer = await clientOf(database.url)
  expect(await versionOf(older)).not.toBe(await versionOf(newer))
  await older.query(sql)
  await newer.query(sql)
  const [there, here] = [await readCatalog(older, history), await readCatalog(newer, history)]
  expect(diffCatalogs(there, here)).toEqual([])
  expect(orderDifferences(there, here)).toEqual([])
  expect(fingerprintOf(here)).toBe(fingerprintOf(there))
  expect(physicalFingerprintOf(here)).toBe(physicalFingerprintOf(there))
})

test('every change is seen on the distribution’s Postgres too, and nothing once it is back', async () => {
  const client = await clientOf((await startDistributionPostgres()).url)
  await client.query(await readFile('test/fixtures/catalog/everything.sql', 'utf8'))
  const before = await readCatalog(client, history)
  for (const { what, change, says, undo } of changes) {
    await client.query('begin')
    await client.query(change)
    expect(diffCatalogs(before, await readCatalog(client, history)).join('\n'), what).toContain(says)
    if (undo !== null) {
      await client.query(undo)
      expect(diffCatalogs(before, await readCatalog(client, history)), what).toEqual([])
    }
    await client.query('rollback')
  }
})

const history = { schema: 'public', table: 'schema_migrations' }

async function clientOf(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  // Its server is stopped when the test is over.
  client.on('error', () => undefined)
  await client.connect()
  onTestFinished(() => client.end())
  return client
}

async function versionOf(client: pg.Client): Promise<unknown> {
  return (await client.query('show server_version_num')).rows[0]
}
