import { expect, test } from 'vitest'
import { rowsTaken } from '../../../src/domain/rollback/rows-taken.ts'

const most = { inOne: 2, inAll: 3 }
const few = {
  count: 2,
  hashes: new Map([
    ['a', 1],
    ['b', 1],
  ]),
}
const many = { count: 3, hashes: null }

test('a table that was only counted on one side is said to be, whichever side that is', () => {
  const counted = ['001_x: only counted, for more than 2 rows in one or 3 in all: users']
  expect(rowsTaken('001_x', [{ table: 'users', was: few, is: many }], most)).toEqual(counted)
  const gone =
    '001_x: its down, or who wrote meanwhile, took away 1 row of users that was there before; nobody could count it beforehand'
  expect(rowsTaken('001_x', [{ table: 'users', was: many, is: few }], most)).toEqual([gone, ...counted])
  expect(rowsTaken('001_x', [{ table: 'users', was: few, is: few }], most)).toEqual([])
})
