import { expect, test } from 'vitest'
import { ownReviewProblem } from '../../../src/domain/gate/own-review.ts'

const authors = (many: number) => Array.from({ length: many }, (_, n) => `author${n}@example.com`)
const of = (performer: string | null, names: readonly string[], unknown: string | null = null) =>
  ownReviewProblem('author0@example.com', { performer, authors: names, unknown })

test('who may deploy and sign is not named as somebody who may not', () => {
  expect(of(null, authors(1))).toBe(
    'author0@example.com wrote this release; the review is signed by somebody other than author0@example.com',
  )
  expect(of('author0@example.com', [])).toMatch(/^author0@example.com deploys this release/)
  expect(of('ci@example.com', ['bob@example.com'])).toBeNull()
  expect(of(null, [])).toBeNull()
  expect(of(null, [], 'a shallow clone')).toContain('who wrote the release is not known (a shallow clone)')
})

test('twenty are named, and of more how many', () => {
  expect(of(null, authors(20))).toMatch(/author19@example.com$/)
  expect(of(null, authors(21))).toMatch(/author19@example.com and 1 more$/)
})
