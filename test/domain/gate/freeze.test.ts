import { expect, test } from 'vitest'
import { type Freeze, joined, thawOf } from '../../../src/domain/gate/freeze.ts'

const day = (n: number) => `2026-12-0${n}T00:00:00.000Z`
const freeze = (from: number, until: number | null): Freeze => ({
  ...{ environment: null, reason: 'end of quarter', by: 'ann' },
  from: day(from),
  until: until === null ? null : day(until),
})

test.each<[string, Freeze[], Freeze[], number, string | null]>([
  ['that touch are one', [freeze(1, 3)], [freeze(3, 4)], 2, day(4)],
  ['that overlap are one', [freeze(1, 5)], [freeze(3, 4)], 2, day(5)],
  ['with a day between them are two', [freeze(1, 3)], [freeze(4, 5)], 1, day(3)],
  ['behind a day between hold nobody back', [freeze(1, 3)], [freeze(4, 5), freeze(5, 6)], 1, day(3)],
  ['of which the first has no end are that one', [freeze(1, null)], [freeze(2, 3)], 1, null],
  ['of which a later one has no end are over at no time', [freeze(1, 3)], [freeze(2, null)], 2, null],
  ['of which the longest began first last as long', [freeze(1, 6), freeze(2, 3)], [], 2, day(6)],
])('freezes %s', (_, inForce, toCome, many, thaw) => {
  expect(joined({ inForce, toCome })).toHaveLength(many)
  expect(thawOf({ inForce, toCome })).toBe(thaw)
})
