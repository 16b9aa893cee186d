import { withScratchServer } from '../../../activities/database/rehearsal/scratch/server.ts'
import { rehearse } from '../../../activities/database/rehearsal/walk/rehearse.ts'
import { sqlPairs } from '../../../activities/database/tools/sql-pairs.ts'
import type { RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import { migrationLibrary } from '../../fixtures/migration-library/library.ts'
import type { LibraryMigration } from '../../fixtures/migration-library/library-migration.ts'
import { query } from '../../support/postgres.ts'
import { withRelease } from './release.ts'

/** What a rehearsal says of each migration of the library, in its order. */
export type LibraryAnswer = Omit<Required<LibraryMigration>, 'what' | 'given' | 'up' | 'down' | 'says'> & {
  says: string | null
}

/**
 * One history of them all on a database with what each of them needs, in a schema of its own: what one of them breaks must
 * not reach the next.
 */
export async function walkLibrary(url: string): Promise<LibraryAnswer[]> {
  const walked = await withRelease(Object.fromEntries(migrationLibrary.flatMap(filesOf)), (release) =>
    withScratchServer({ url }, async (server) => {
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
  return walked.map(answerOf)
}

/** What the library says that it should be. */
export function expectedOf(migration: LibraryMigration): LibraryAnswer {
  const { verdict, back, again, difference = [], twice = [], loses = [], says = null } = migration
  return { verdict, back, again, difference, twice, loses, says }
}

function answerOf({ name, up, down, again, verdict, loses }: RehearsedMigration, at: number): LibraryAnswer {
  if (name !== nameOf(at)) throw new Error(`expected ${nameOf(at)}, got ${name}`)
  const lines = (texts: readonly string[]) => texts.map((line) => plain(line, at))
  return {
    verdict,
    back: down.state,
    again: again.state,
    difference: lines(down.difference),
    twice: lines(again.difference),
    loses: lines(loses),
    says: plain(up.message ?? down.message ?? again.message ?? '', at) || null,
  }
}

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
