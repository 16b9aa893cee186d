import { expect, test } from 'vitest'
import { migrationLibrary } from '../../fixtures/migration-library/library.ts'
import { startDistributionPostgres } from '../../support/distribution-postgres.ts'
import { expectedOf, walkLibrary } from './walked-library.ts'

test('an older server of the distribution gives every migration the same verdict in the same words', async () => {
  const { url } = await startDistributionPostgres()
  const answers = await walkLibrary(url)
  const told = migrationLibrary.map(({ what }, at) => ({ what, ...answers[at] }))
  expect(told).toEqual(migrationLibrary.map((migration) => ({ what: migration.what, ...expectedOf(migration) })))
}, 240_000)
