import { beforeAll, expect, test } from 'vitest'
import { rehearse } from '../../../activities/database/rehearsal/rehearse.ts'
import { withScratchServer } from '../../../activities/database/rehearsal/server.ts'
import { sqlPairs } from '../../../activities/database/tools/sql-pairs.ts'
import type { RehearsedMigration } from '../../../src/domain/rehearsal.ts'
import { migrationLibrary } from '../../fixtures/migration-library/library.ts'
import type { LibraryMigration } from '../../fixtures/migration-library/library-migration.ts'
import { query } from '../../support/postgres.ts'
import { shared } from '../../support/shared.ts'
import { withRelease } from './release.ts'

/*
 * One history of them all on a database with what each of them needs, in a schema of its own: what one of them breaks must
 * not reach the next.
 */
let walked: readonly RehearsedMigration[]

beforeAll(async () => {
  walked = await withRelease(Object.fromEntries(migrationLibrary.flatMap(filesOf)), async (release) =>
    withScratchServer({ url: await shared('postgres') }, async (server) => {
      const base = await server.create()
      await query(base.url, migrationLibrary.map(givenOf).join('\n'))
      const { env: environment } = process
      return await rehearse({
        server,
        tool: sqlPairs,
        release,
        pending: null,
        base,
        environment,
        afterFailedUp: 'go_on',
      })
    }),
  )
}, 240_000)

test.each(migrationLibrary.map((migration, at) => ({ ...migration, at })))('$what: $verdict', (expected) => {
  const migration = walked[expected.at]
  if (migration?.name !== nameOf(expected.at)) throw new Error(`${nameOf(expected.at)}: not walked`)
  const { up, down, again, verdict, loses } = migration
  const { difference = [], twice = [], loses: expectedLoses = [], says = null, back, again: repeated } = expected
  expect({
    verdict,
    back: down.state,
    again: again.state,
    difference: down.difference.map((line) => plain(line, expected.at)),
    twice: again.difference.map((line) => plain(line, expected.at)),
    loses: loses.map((line) => plain(line, expected.at)),
    says: plain(up.message ?? down.message ?? again.message ?? '', expected.at) || null,
  }).toEqual({ verdict: expected.verdict, back, again: repeated, difference, twice, loses: expectedLoses, says })
})

function givenOf({ given = '' }: LibraryMigration, at: number): string {
  return `create schema ${schemaOf(at)}; ${own(given, at)}`
}

function filesOf({ up, down }: LibraryMigration, at: number): [name: string, text: string][] {
  const files: [string, string][] = [[`${nameOf(at)}.up.sql`, own(up, at)]]
  return down === null ? files : [...files, [`${nameOf(at)}.down.sql`, own(down, at)]]
}

function own(sql: string, at: number): string {
  return sql.replaceAll(/\bs\./g, `${schemaOf(at)}.`).replaceAll(/\bschema s\b/g, `schema ${schemaOf(at)}`)
}

function nameOf(at: number): string {
  return `${String(at + 1).padStart(3, '0')}_tried`
}

function schemaOf(at: number): string {
  return `c${String(at + 1).padStart(2, '0')}`
}

/** Its schema is called as in the library. */
function plain(line: string, at: number): string {
  return line.replaceAll(new RegExp(`\\b${schemaOf(at)}\\b`, 'g'), 's')
}
