import { beforeAll, expect, test } from 'vitest'
import type { RehearsedMigration } from '../../../src/domain/rehearsal.ts'
import { migrationLibrary } from '../../fixtures/migration-library/library.ts'
import type { LibraryMigration } from '../../fixtures/migration-library/library-migration.ts'
import { rehearsed } from './history-of.ts'

/*
 * One history of them all, each after what it needs, in a schema of its own: what one of them breaks must not reach the
 * next.
 */
let walked: ReadonlyMap<string, RehearsedMigration>

beforeAll(async () => {
  const { migrations } = await rehearsed(Object.fromEntries(migrationLibrary.flatMap(filesOf)))
  walked = new Map(migrations.map((migration) => [migration.name, migration]))
})

test.each(migrationLibrary.map((migration, at) => ({ ...migration, at })))('$what: $verdict', (expected) => {
  const migration = walked.get(nameOf(expected.at))
  if (!migration) throw new Error(`${nameOf(expected.at)}: not walked`)
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

test('what each of them needs goes forth and back without a word', () => {
  const given = [...walked.values()].filter(({ name }) => name.endsWith('_given'))
  expect(given).toHaveLength(migrationLibrary.length)
  expect(given.filter(({ verdict }) => verdict !== 'reversible')).toEqual([])
})

function filesOf({ given = '', up, down }: LibraryMigration, at: number): [name: string, text: string][] {
  const schema = schemaOf(at)
  const own = (sql: string) => sql.replaceAll(/\bs\./g, `${schema}.`).replaceAll(/\bschema s\b/g, `schema ${schema}`)
  const before = `${String(at + 1).padStart(2, '0')}0_given`
  const files: [string, string][] = [
    [`${before}.up.sql`, `create schema ${schema}; ${own(given)}`],
    [`${before}.down.sql`, `drop schema ${schema} cascade;`],
    [`${nameOf(at)}.up.sql`, own(up)],
  ]
  return down === null ? files : [...files, [`${nameOf(at)}.down.sql`, own(down)]]
}

function nameOf(at: number): string {
  return `${String(at + 1).padStart(2, '0')}1_tried`
}

function schemaOf(at: number): string {
  return `c${String(at + 1).padStart(2, '0')}`
}

/** Its schema is called as in the library. */
function plain(line: string, at: number): string {
  return line.replaceAll(new RegExp(`\\b${schemaOf(at)}\\b`, 'g'), 's')
}
