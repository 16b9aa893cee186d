import { expect, test } from 'vitest'
import { forbiddenWords, lossLine } from '../../../src/domain/migration/loss-words.ts'

const of = { migration: '001', object: 'users.mail' }

test('what would be lost, what is gone, what is forbidden and what nobody can count are different sentences', () => {
  expect(lossLine({ ...of, rows: 37, why: 'value written', kind: 'lost' })).toBe('users.mail: 37 rows (value written)')
  // As hosts of earlier versions report it.
  expect(lossLine({ ...of, rows: 1, why: 'value written' })).toBe('users.mail: 1 row (value written)')
  expect(lossLine({ ...of, rows: 0, why: 'dropped', kind: 'gone' })).toBe('users.mail: dropped')
  expect(lossLine({ ...of, rows: 12, why: 'NULL', kind: 'forbidden' })).toBe(
    '12 rows of users.mail are NULL, which the revert forbids again',
  )
  expect(lossLine({ ...of, rows: 1, why: 'NULL', kind: 'forbidden' })).toBe(
    '1 row of users.mail is NULL, which the revert forbids again',
  )
  expect(lossLine({ ...of, rows: 0, why: 'no privilege', kind: 'uncounted' })).toBe(
    'users.mail: cannot be counted (no privilege)',
  )
})

test('a refusal for forbidden rows says what to do', () => {
  expect(forbiddenWords([{ ...of, rows: 2, why: 'NULL', kind: 'forbidden' }])).toBe(
    '2 rows of users.mail are NULL, which the revert forbids again; change these rows, then try again',
  )
})
