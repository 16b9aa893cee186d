import { expect, test } from 'vitest'
import { type CatalogObject, diffCatalogs } from '../../../src/domain/catalog/catalog.ts'
import { isWidening, lossCandidates } from '../../../src/domain/catalog/loss.ts'

test('a type that takes every value of another is wider; nothing else is', () => {
  const wider = [
    ['integer', 'bigint'],
    ['character varying(10)', 'character varying(20)'],
    ['character varying(10)', 'character varying'],
    ['numeric(5,2)', 'numeric(7,3)'],
    ['numeric(5,2)', 'numeric'],
    ['date', 'text'],
  ] as const
  expect(wider.filter(([from, to]) => !isWidening(from, to))).toEqual([])
  const narrower = [
    ['bigint', 'integer'],
    ['character varying', 'character varying(20)'],
    ['numeric(5,2)', 'numeric(5,3)'],
    ['text', 'integer'],
    ['bigint', 'double precision'],
    ['integer', 'numeric(3,0)'],
  ] as const
  expect(narrower.filter(([from, to]) => isWidening(from, to))).toEqual([])
})

test('only a default that is one literal is constant', () => {
  const constantOf = (value: string | null) => {
    const [candidate] = lossCandidates([users], [users, column('plan', 2, { default: value })])
    return candidate?.kind === 'column' ? candidate.constant : undefined
  }
  const constants = [
    `'free'::text`,
    '0',
    '(-1)',
    'true',
    `'{}'::jsonb`,
    'ARRAY[]::text[]',
    `'a''b'::character varying(9)`,
  ]
  expect(constants.filter((value) => constantOf(value) !== value)).toEqual([])
  const computed = [
    'now()',
    `nextval('s'::regclass)`,
    'gen_random_uuid()',
    `('now'::text)::date`,
    `'a'::text || now()`,
    null,
  ]
  expect(computed.filter((value) => constantOf(value) !== null)).toEqual([])
})

test('a column dropped and made again under its name is two things: one gone, one new', () => {
  const before = [users, column('name', 2, {})]
  const after = [users, column('name', 3, {})]
  expect(lossCandidates(before, after).map(({ kind }) => kind)).toEqual(['column', 'gone'])
  expect(diffCatalogs(before, after)).toEqual([])
})

test('columns of an added table are counted with it, and of a dropped one with it', () => {
  const added = [users, column('name', 2, {})]
  expect(lossCandidates([], added)).toEqual([{ kind: 'table', table: 'public.users', relation: 7, position: 0 }])
  expect(lossCandidates(added, [])).toMatchObject([{ kind: 'gone', object: 'public.users' }])
  expect(diffCatalogs(added, [])).toEqual(['table users: expected, but it is gone'])
})

test('a column of a foreign table holds nothing here; one that leaves its domain for its base can go back', () => {
  const foreign: CatalogObject = { ...users, properties: { type: 'foreign' } }
  expect(lossCandidates([foreign], [foreign, column('name', 2, {})])).toEqual([])
  const small: CatalogObject = {
    kind: 'domain',
    name: 'public.small',
    table: null,
    place: null,
    properties: { base: 'integer' },
  }
  const [was, now] = [column('n', 2, { type: 'public.small' }), column('n', 2, { type: 'integer' })]
  expect(lossCandidates([users, small, was], [users, small, now])).toMatchObject([
    { kind: 'narrower', type: 'public.small' },
  ])
  expect(lossCandidates([users, was], [users, now])).toMatchObject([{ kind: 'gone' }])
})

test('nothing is lost where nothing differs', () => {
  const catalog = [users, column('name', 2, {})]
  expect(lossCandidates(catalog, catalog)).toEqual([])
})

const users: CatalogObject = {
  kind: 'table',
  name: 'public.users',
  table: null,
  place: { relation: 7, position: 0 },
  properties: { type: 'plain' },
}

function column(name: string, position: number, properties: CatalogObject['properties']): CatalogObject {
  return {
    kind: 'column',
    name: `public.users.${name}`,
    table: 'public.users',
    place: { relation: 7, position },
    properties: { column: name, type: 'text', generated: '', default: null, ...properties },
  }
}
