import { expect, test } from 'vitest'
import type { CatalogObject } from '../../../src/domain/catalog/catalog.ts'
import { restoredRules } from '../../../src/domain/catalog/restored.ts'

const table: CatalogObject = {
  kind: 'table',
  name: 'public.users',
  table: null,
  place: { relation: 7, position: 0 },
  properties: { type: 'plain' },
}
const mail = column('mail', 1, true)
const unique = constraint('UNIQUE (mail)')

test('a rule that is still there is none, and one of a table that is gone is nobody’s', () => {
  expect(restoredRules([table, mail, unique], [table, mail, unique])).toEqual([])
  expect(restoredRules([table, mail, unique], [])).toEqual([])
})

test('a rule that is gone is found with the rows as they are called now', () => {
  const renamed = { ...column('email', 1, false), name: 'public.users.email' }
  const rows = { was: 'public.users', table: 'public.users', parted: false, whole: true }
  const columns = [{ was: 'mail', is: 'email' }]
  expect(restoredRules([table, mail, unique], [table, renamed])).toEqual([
    { kind: 'not null', key: 'not null public.users.mail', rows: { ...rows, columns }, column: 'mail' },
    {
      kind: 'constraint',
      key: 'constraint public.users.rule',
      rows: { ...rows, columns },
      definition: 'UNIQUE (mail)',
      refers: null,
    },
  ])
})

test('what was never checked is not checked when it comes back; a NOT NULL is told by its column alone', () => {
  const unchecked = constraint('CHECK ((mail <> 1)) NOT VALID', false)
  expect(restoredRules([table, mail, unchecked], [table, mail])).toEqual([])
  expect(restoredRules([table, mail, constraint('NOT NULL mail')], [table, mail])).toEqual([])
})

function column(name: string, position: number, notNull: boolean): CatalogObject {
  return {
    kind: 'column',
    name: `public.users.${name}`,
    table: 'public.users',
    place: { relation: 7, position },
    properties: { column: name, type: 'integer', not_null: notNull, generated: '' },
  }
}

function constraint(definition: string, validated = true): CatalogObject {
  return {
    kind: 'constraint',
    name: 'public.users.rule',
    table: 'public.users',
    place: null,
    properties: { definition, validated },
  }
}
