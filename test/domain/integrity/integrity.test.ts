import { describe, expect, test } from 'vitest'
import type { Catalog, CatalogObject } from '../../../src/domain/catalog/catalog.ts'
import {
  againstBefore,
  blamed,
  type IntegrityResult,
  inBounds,
  integrityLine,
} from '../../../src/domain/integrity/integrity.ts'
import { writtenSince } from '../../../src/domain/integrity/row-age.ts'
import { changedTables, touchedTables } from '../../../src/domain/integrity/touched-tables.ts'

const result = (name: string, verdict: IntegrityResult['verdict'], got = 'none'): IntegrityResult => ({
  name,
  verdict,
  expected: '0',
  got,
})
const structure = [result('all constraints validated', 'passed'), result('all indexes valid', 'passed')]

describe('the line of a report', () => {
  test('names the level that ran and claims no more', () => {
    const ahead = result('sequences ahead of their columns', 'passed')
    const report = { sequences: 3, results: [...structure, ahead, result('no orphans', 'passed', '0')] }
    const tables = [result('public.users', 'passed', '5 rows before, 7 now')]
    expect(integrityLine({ level: 'fast', ...report, tables })).toBe(
      'fast: structure, 3 sequences and 1 assertion hold; public.users: 5 rows before, 7 now; rows not compared',
    )
    expect(integrityLine({ level: 'exact', sequences: 0, results: structure, tables: [] })).toBe(
      'exact: structure holds',
    )
  })

  test('is kept within bounds, and what is not well is never left out', () => {
    const tables = Array.from({ length: 300 }, (_, at) => result(`t${at}`, at === 299 ? 'failed' : 'passed'))
    const report = inBounds({ level: 'exact', sequences: 0, results: structure, tables })
    expect(report.tables).toHaveLength(50)
    expect(integrityLine(report)).toMatch(
      /^exact: structure holds; t299: expected 0, got none; .*; 291 more tables not listed$/,
    )
  })

  test('names what is not well first, and not every table of hundreds', () => {
    const tables = Array.from({ length: 30 }, (_, at) =>
      result(`t${at}`, at === 20 ? 'inconclusive' : 'passed', `${at}`),
    )
    const line = integrityLine({ level: 'exact', sequences: 0, results: structure, tables })
    expect(line).toMatch(/^exact: structure holds; t20: 20; t0: 0; .*; t7: 7; 21 more tables not listed$/)
  })
})

test('what failed before is told and not blamed; what is open is not blamed either', () => {
  const was = result('orphans', 'failed', '3')
  const now = againstBefore(result('orphans', 'failed', '5'), was)
  expect(now).toMatchObject({ verdict: 'failed', before: true, got: '5 (failed before the deployment too: 3)' })
  const fresh = againstBefore(result('orphans', 'failed', '5'), result('orphans', 'passed'))
  expect(fresh).not.toHaveProperty('before')
  const all = [now, fresh, result('a', 'error'), result('b', 'inconclusive'), result('c', 'passed')]
  expect(blamed({ results: all, tables: [result('t', 'failed')] }).map(({ name }) => name)).toEqual([
    'orphans',
    'a',
    't',
  ])
})

describe('which rows were written since', () => {
  const turn = 2n ** 32n
  const cases: [string, bigint, bigint, bigint[], bigint[]][] = [
    ['in the first turn', 1000n, 1010n, [1000n, 1009n], [2n, 3n, 999n]],
    ['in a later turn', turn + 1000n, turn + 1010n, [1000n, 1009n], [2n, 3n, 999n, 1010n, 4_000_000_000n]],
    ['over the turn of the circle', turn - 5n, turn + 8n, [turn - 5n, 3n, 7n], [1n, 2n, 8n, 5000n]],
  ]
  test.each(cases)('%s', (_, since, next, written, old) => {
    const sql = writtenSince(since.toString(), next.toString()) ?? ''
    expect(written.map((xmin) => holds(sql, xmin % 2n ** 32n))).toEqual(written.map(() => true))
    expect(old.map((xmin) => holds(sql, xmin))).toEqual(old.map(() => false))
  })

  test('nothing, while nobody wrote', () => {
    expect(writtenSince('1000', '1000')).toBe('false')
  })

  test('cannot be told after a whole turn, or by the numbers of another server', () => {
    expect(writtenSince('1000', (1000n + 2n ** 32n).toString())).toBeNull()
    expect(writtenSince('1000', '999')).toBeNull()
  })
})

describe('the tables that migrations touch', () => {
  test.each<[string, string, string[]]>([
    ['by name', 'alter table plans add column note text', ['public.plans']],
    ['by a quoted name', 'update "Odd name" set x = 1', ['public."Odd name"']],
    ['by a name in a script', "pgm.addColumn('userAccounts', {})", ['public.user_accounts']],
    ['by an index', 'drop index odd_idx', ['public."Odd name"']],
    ['by a column type, arrays too', 'alter type mood rename value', ['public.plans']],
    ['by what a function does', 'select backfill()', ['public.plans']],
    ['through foreign keys, and along cascades', 'truncate users', ['public.items', 'public.orders', 'public.users']],
    ['a partition stands for its parent', 'alter table logs_2026 add x int', ['public.logs', 'public.logs_2026']],
    ['none', 'create table fresh (id int)', []],
  ])('%s', (_, text, expected) => {
    expect(touchedTables(catalog, [text])).toEqual(expected)
  })

  test('are all of them where no text says it', () => {
    expect(touchedTables(catalog, null)).toHaveLength(8)
  })

  test('and those that turn out to have changed', () => {
    const after = catalog.map((object) =>
      object.name.endsWith('odd_idx') ? { ...object, properties: { a: 1 } } : object,
    )
    expect(changedTables(catalog, after)).toEqual(['public."Odd name"'])
    expect(changedTables(catalog, [...catalog, table('public.fresh')])).toEqual([])
  })
})

const catalog: Catalog = [
  table('public.users'),
  table('public.orders'),
  table('public.items'),
  table('public.plans'),
  table('public."Odd name"'),
  table('public.user_accounts'),
  table('public.logs'),
  table('public.logs_2026', { inherits: ['public.logs'] }),
  part('index', 'public.odd_idx', 'public."Odd name"', {}),
  part('column', 'public.plans.mood', 'public.plans', { type: 'public.mood[]' }),
  part('column', 'public.items.users', 'public.items', { type: 'text' }),
  part('constraint', 'public.orders.k', 'public.orders', {
    definition: 'FOREIGN KEY (user_id) REFERENCES public.users(id) ON DELETE CASCADE',
  }),
  part('constraint', 'public.items.k', 'public.items', { definition: 'FOREIGN KEY (o) REFERENCES public.orders(id)' }),
  part('function', 'public.backfill()', null, { definition: 'begin update plans set a = 1; end' }),
]

function table(name: string, properties: CatalogObject['properties'] = {}): CatalogObject {
  return part('table', name, null, properties)
}

function part(kind: string, name: string, of: string | null, properties: CatalogObject['properties']): CatalogObject {
  return { kind, name, table: of, place: null, properties }
}

/** Reads the condition as Postgres does: bytes as unsigned numbers. */
function holds(sql: string, xmin: bigint): boolean {
  const terms = sql.replace(/^\(|\)$/g, '').split(' or ')
  return terms.some((term) =>
    term.split(' and ').every((comparison) => {
      const [, operator, hex = '0'] = /xidsend\(xmin\) (>=|<) '\\x([0-9a-f]{8})'/.exec(comparison) ?? []
      return operator === '<' ? xmin < BigInt(`0x${hex}`) : xmin >= BigInt(`0x${hex}`)
    }),
  )
}
