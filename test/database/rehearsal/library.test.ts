import { beforeAll, expect, test } from 'vitest'
import { migrationLibrary } from '../../fixtures/migration-library/library.ts'
import { shared } from '../../support/shared.ts'
import { expectedOf, type LibraryAnswer, walkLibrary } from './walked-library.ts'

let answers: readonly LibraryAnswer[]

// All of them in one walk: on a machine that others load it takes its time.
beforeAll(async () => {
  answers = await walkLibrary(await shared('postgres'))
}, 240_000)

test.each(migrationLibrary.map((migration, at) => ({ ...migration, at })))('$what: $verdict', (migration) => {
  expect(answers[migration.at]).toEqual(expectedOf(migration))
})
