import { expect, test } from 'vitest'
import type { Rehearsal, RehearsedMigration } from '../../../src/domain/rehearsal/rehearsal.ts'
import { rehearsalRow, rehearsalText } from '../../../src/domain/rehearsal/text.ts'
import { rehearsalTotals } from '../../../src/domain/rehearsal/totals.ts'
import { rehearsalWords } from '../../../src/domain/rehearsal/words.ts'

test('one line names what matters most first, and says on what it was tried', () => {
  const rehearsal = rehearsed(
    migration('003_phone'),
    migration('004_drop', { verdict: 'loses', loses: ['users.fax: dropped by the migration itself'] }),
  )
  expect(rehearsalWords(rehearsal, false)).toBe(
    '004_drop: reversible, loses users.fax: dropped by the migration itself; 003_phone: reversible (2 migrations on PostgreSQL 18.1, embedded, schema replayed)',
  )
  const oldRelease = { works: false, answers: [{ name: 'sign in', ok: false, detail: 'no column email' }] }
  expect(rehearsalWords({ ...rehearsed(migration('003_phone')), oldRelease }, true)).toBe(
    '003_phone: reversible; the live release does not work on it: sign in: no column email (rehearsed before, 1 migration on PostgreSQL 18.1, embedded, schema replayed)',
  )
})

test('many migrations fit into 300 characters: what is broken is named, what is left out is counted', () => {
  const broken = Array.from({ length: 40 }, (_, at) => {
    const up = { state: 'failed' as const, durationMs: 1, message: 'relation "nothing" does not exist '.repeat(9) }
    return migration(`${at}_bad`, { verdict: 'broken', up })
  })
  const words = rehearsalWords(rehearsed(...broken, ...Array.from({ length: 9 }, (_, at) => migration(`${at}`))), false)
  expect(words.length).toBeLessThanOrEqual(300)
  expect(words).toMatch(/^0_bad: broken, forth failed: .*; and 40 more \(49 migrations on /)
  const sound = rehearsed(...Array.from({ length: 9 }, (_, at) => migration(`${at}`)))
  expect(rehearsalWords(sound, false)).toMatch(/^9 reversible \(9 migrations/)
})

test('a row has no look where it is sound; a broken one is bad, and all that differs stands below it', () => {
  expect(
    rehearsalRow(migration('003_phone', { lock: { mode: 'SHARE', on: 'users' }, rewrites: ['users'] }), 10),
  ).toEqual([
    { text: 'reversible   003_phone     12 ms  up ok, down exact, again ok    SHARE on users; rewrites users' },
  ])
  const difference = ['table a: expected, but it is gone', 'table b: not expected, but it is there']
  const down = { state: 'not_restored' as const, durationMs: 1, difference, message: null }
  const [row, ...below] = rehearsalRow(migration('004_x', { verdict: 'broken', down }), 5)
  expect(row).toMatchObject({
    look: 'bad',
    text: expect.stringContaining(`down not restored: ${difference[0]}, again ok`),
  })
  expect(below.map(({ text }) => text)).toEqual([`  back: ${difference[1]}`])
})

test('the totals say what was only sampled, what was not read, and what met no rows', () => {
  const lock = { mode: 'SHARE', on: 'users', sampled: true }
  const rehearsal = rehearsed(migration('003_phone', { lock, seeded: { rows: 0, not: ['users: a check'] } }))
  expect(rehearsalTotals(rehearsal, 'no squawk for plan9-mips').map(({ text }) => text)).toEqual([
    '1 migration on PostgreSQL 18.1 (the embedded one): 1 reversible, 0 broken',
    expect.stringContaining('no rows, so that nothing is known of what is lost there: 1'),
    expect.stringContaining('short ones may be missed'),
    'no squawk for plan9-mips',
  ])
})

test('a release is told whole: its migrations, the live release on the new schema, and what it was tried on', () => {
  const answers = [
    { name: 'sign in', ok: true, detail: '1 row' },
    { name: 'export', ok: false, detail: 'column "fax" does not exist' },
  ]
  const rehearsal = { ...rehearsed(migration('003_phone')), oldRelease: { works: false, answers } }
  expect(rehearsalText({ rehearsal, kept: true }).map(({ text }) => text)).toEqual([
    'reversible   003_phone    12 ms  up ok, down exact, again ok',
    'the live release on the new schema: sign in ok',
    'the live release on the new schema: export FAILED: column "fax" does not exist',
    '1 migration on PostgreSQL 18.1 (the embedded one): 1 reversible, 0 broken',
    'on the live schema, made again from the migrations that are applied; rehearsed before, and nothing has changed since',
  ])
})

function rehearsed(...migrations: RehearsedMigration[]): Rehearsal {
  const server = { version: '18.1', major: 18, from: 'embedded' as const }
  return { server, built: 'replayed', migrations, oldRelease: null, binds: null }
}

function migration(name: string, over: Partial<RehearsedMigration> = {}): RehearsedMigration {
  return {
    name,
    verdict: 'reversible',
    up: { state: 'ok', durationMs: 12, message: null },
    down: { state: 'exact', durationMs: 3, difference: [], message: null },
    again: { state: 'ok', durationMs: 3, difference: [], message: null },
    seeded: { rows: 1, not: [] },
    loses: [],
    declared: null,
    lock: null,
    rewrites: [],
    warnings: [],
    ...over,
  }
}
