import { expect, test } from 'vitest'
import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { TableDigest } from '../../../src/domain/rehearsal/rows.ts'
import {
  judgeMigration,
  notWalked,
  type Ran,
  type SeenState,
  type Walked,
} from '../../../src/domain/rehearsal/verdict.ts'

const relations = ['users', 'plans']

const before = state(['users'])
const after = state(['users', 'plans'])
const good: Walked = {
  name: '2_plans',
  wayBack: 'there',
  declared: null,
  removes: [],
  before,
  up: ran(after),
  down: ran(before),
  again: ran(after),
  seeded: { rows: 0, not: [], existing: [] },
  provenBefore: new Set(),
  lostBefore: [],
  lock: null,
  rewrites: [],
}
const untried = { down: null, again: null }
const full = state(['users'], [digest('users', 2)])
const emptied = state(['users'], [])

const cases: readonly (readonly [what: string, seen: Partial<Walked>, verdict: string, down: string, again: string])[] =
  [
    ['everything comes back', {}, 'reversible', 'exact', 'ok'],
    ['the up fails', { up: failed(before), ...untried }, 'broken', 'not_run', 'not_run'],
    ['there is no down', { wayBack: 'missing', ...untried }, 'broken', 'none', 'not_run'],
    ['the down is empty', { wayBack: 'empty', ...untried }, 'broken', 'none', 'not_run'],
    ['the down is disabled', { wayBack: 'disabled', ...untried }, 'broken', 'none', 'not_run'],
    ['no way back is declared', { wayBack: 'missing', declared: 'gone', ...untried }, 'no_way_back', 'none', 'not_run'],
    [
      'no way back, and the up fails',
      { declared: 'gone', up: failed(before), ...untried },
      'broken',
      'not_run',
      'not_run',
    ],
    ['the down fails', { down: failed(after), again: null }, 'broken', 'failed', 'not_run'],
    ['the down does not restore', { down: ran(after) }, 'broken', 'not_restored', 'ok'],
    ['the up fails again', { again: failed(before) }, 'broken', 'exact', 'failed'],
    ['the up comes to something else', { again: ran(before) }, 'broken', 'exact', 'differs'],
    [
      'rows are put in twice',
      { again: ran(state(['users', 'plans'], [digest('plans', 1)])) },
      'broken',
      'exact',
      'differs',
    ],
    [
      'the up removes rows',
      { before: full, up: ran(emptied), down: ran(emptied), again: ran(emptied) },
      'loses',
      'exact',
      'ok',
    ],
    [
      'the down removes rows',
      { before: full, up: ran(full), down: ran(emptied), again: ran(full) },
      'broken',
      'not_restored',
      'ok',
    ],
    ['rows that are read to go, unseen', { removes: ['truncate users'] }, 'loses', 'exact', 'ok'],
    [
      'rows that are read to go, and are seen to come back',
      { removes: ['truncate users'], provenBefore: new Set(['public.users']) },
      'reversible',
      'exact',
      'ok',
    ],
  ]

test.each(cases)('%s', (_, seen, verdict, down, again) => {
  const judged = judgeMigration({ ...good, ...seen })
  expect([judged.verdict, judged.down.state, judged.again.state]).toEqual([verdict, down, again])
})

test('what is written since is named, and is no reason against a way back', () => {
  expect(judgeMigration(good)).toMatchObject({ verdict: 'reversible', loses: ['plans as written since'] })
})

test.each([
  ['truncate table users, plans restart identity', ['users', 'plans']],
  ['TRUNCATE only app.users *', ['app.users']],
  ['delete from users where id > 3', ['users']],
])('%s removes rows of each table it names', (statement, tables) => {
  const { loses } = judgeMigration({
    ...good,
    up: ran(before),
    down: ran(before),
    again: ran(before),
    removes: [statement],
  })
  expect(loses).toEqual(tables.map((table) => `${table}: rows that the migration itself removes, by ${statement}`))
})

test('of one that was not tried nothing is proven', () => {
  expect(notWalked('3_x', null, 'not tried')).toMatchObject({
    verdict: 'broken',
    up: { state: 'not_run', message: 'not tried' },
  })
})

function ran(seen: SeenState): Ran {
  return { durationMs: 1, message: null, state: seen }
}

function failed(seen: SeenState): Ran {
  return { durationMs: 1, message: 'refused', state: seen }
}

function state(tables: readonly string[], rows: readonly TableDigest[] = []): SeenState {
  const catalog: Catalog = tables.map((table) => ({
    kind: 'table',
    name: `public.${table}`,
    table: null,
    place: { relation: relations.indexOf(table), position: 0 },
    properties: { type: 'plain' },
  }))
  return { catalog, fingerprint: tables.join(), rows }
}

function digest(table: string, rows: number): TableDigest {
  return { table: `public.${table}`, relation: relations.indexOf(table), rows, whole: `${rows}`, columns: [] }
}
