import { expect, test } from 'vitest'
import {
  type CatalogObject,
  columnOrder,
  diffCatalogs,
  logicalCatalog,
  orderDifferences,
} from '../../../src/domain/catalog/catalog.ts'

test('what differs is said as a person says it', () => {
  const was = [table, column('plan', 2, { type: 'text', not_null: false, identity: '', default: `'free'::text` })]
  const is = [table, column('plan', 2, { type: 'character varying(10)', not_null: true, identity: 'a' })]
  expect(diffCatalogs(was, is)).toEqual([
    `column users.plan: default expected 'free'::text, got none`,
    'column users.plan: identity expected none, got always',
    'column users.plan: NOT NULL expected no, got yes',
    'column users.plan: type expected text, got varchar(10)',
  ])
})

test('what has names of its own is compared by them: grants by who has them, options by option', () => {
  const was = [{ ...table, properties: { access: { public: 'SELECT', app: 'ALL' }, options: { fillfactor: '90' } } }]
  const is = [{ ...table, properties: { access: { app: 'SELECT' }, options: { fillfactor: '50' } } }]
  expect(diffCatalogs(was, is)).toEqual([
    'table users: access of app expected ALL, got SELECT',
    'table users: access of public expected SELECT, got none',
    'table users: options fillfactor expected 90, got 50',
  ])
  expect(diffCatalogs(was, [table])).toEqual([
    'table users: access expected app: ALL; public: SELECT, got the default',
    'table users: options expected fillfactor: 90, got none',
  ])
})

test('a long text differs at a line, and a shorter one at its end', () => {
  const body = (definition: string): CatalogObject => ({
    ...table,
    kind: 'function',
    name: 'app.f()',
    properties: { definition },
  })
  const long = `begin\n  ${'x := 1; '.repeat(40)}\nend`
  expect(diffCatalogs([body(long)], [body(long.replace('end', 'return;\nend'))])).toEqual([
    'function app.f(): definition expected in line 3: end, got: return;',
  ])
  expect(diffCatalogs([body(long)], [body('begin')])).toEqual([
    `function app.f(): definition expected in line 2: ${'x := 1; '.repeat(15)}..., got: its end`,
  ])
  expect(diffCatalogs([body('begin\n\nend')], [body('begin\nend')])).toEqual([
    'function app.f(): definition expected in line 2: an empty line, got: end',
  ])
})

test('a property that is null is one that is absent', () => {
  expect(diffCatalogs([{ ...table, properties: { comment: null } }], [table])).toEqual([])
})

test('what belongs to a table or a view that came or went is not named beside it', () => {
  const view: CatalogObject = { kind: 'view', name: 'public.names', table: null, place: null, properties: {} }
  const its: CatalogObject = { ...view, kind: 'view column', name: 'public.names.a', table: view.name }
  expect(diffCatalogs([], [view, its, table, column('id', 1)])).toEqual([
    'table users: not expected, but it is there',
    'view names: not expected, but it is there',
  ])
  expect(diffCatalogs([view, its], [view])).toEqual(['view column names.a: expected, but it is gone'])
})

test('columns in another order are named by table; a hole between them is no order', () => {
  const was = [table, column('id', 1), column('plan', 2), column('name', 5)]
  expect(orderDifferences(was, [table, column('name', 3), column('id', 1), column('plan', 2)])).toEqual([])
  expect(orderDifferences(was, [table, column('id', 1), column('name', 2), column('plan', 3)])).toEqual([
    'table users: columns expected in the order id, plan, name, got id, name, plan',
  ])
  expect(orderDifferences(was, [])).toEqual([])
  expect(columnOrder(was)).toEqual([['public.users', ['id', 'plan', 'name']]])
})

test('the order in which objects are read is none of theirs', () => {
  const all = [column('id', 1), table]
  expect(logicalCatalog(all)).toEqual(logicalCatalog(all.toReversed()))
})

const table: CatalogObject = {
  kind: 'table',
  name: 'public.users',
  table: null,
  place: { relation: 7, position: 0 },
  properties: {},
}

function column(name: string, position: number, properties: CatalogObject['properties'] = {}): CatalogObject {
  return {
    kind: 'column',
    name: `public.users.${name}`,
    table: 'public.users',
    place: { relation: 7, position },
    properties: { column: name, ...properties },
  }
}
