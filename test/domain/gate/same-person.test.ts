import { expect, test } from 'vitest'
import { isSamePerson, mayBeSamePerson } from '../../../src/domain/gate/same-person.ts'

const ann = 'Ann <ann@example.com>'

test.each<[string, string, { surely: boolean; maybe: boolean }]>([
  [ann, 'ANN@example.com', { surely: true, maybe: true }],
  [ann, 'ann@example.com <ann@example.com>', { surely: true, maybe: true }],
  ['Ann  Smith', 'ann smith', { surely: true, maybe: true }],
  ['Ann\u200b', 'ａｎｎ', { surely: true, maybe: true }],
  // Only one of them gives an address.
  [ann, 'Ann', { surely: false, maybe: true }],
  ['ann', 'ann@example.com', { surely: false, maybe: true }],
  [ann, 'Smith', { surely: false, maybe: false }],
  // A second address makes nobody another: the last one is who they say they are.
  ['ann@example.com <bob@example.com>', ann, { surely: false, maybe: true }],
  // Named alike, told apart by their addresses.
  [ann, 'Ann <ann@example.org>', { surely: false, maybe: false }],
  ['bob@example.com', 'ann@example.com', { surely: false, maybe: false }],
  [' Ann ', 'ann', { surely: true, maybe: true }],
  ['<>', '<>', { surely: true, maybe: true }],
  ['', 'ann@example.com', { surely: false, maybe: false }],
  ['Ann', 'Bob', { surely: false, maybe: false }],
])('%j and %j: %j', (one, other, { surely, maybe }) => {
  expect([isSamePerson(one, other), isSamePerson(other, one)]).toEqual([surely, surely])
  expect([mayBeSamePerson(one, other), mayBeSamePerson(other, one)]).toEqual([maybe, maybe])
})
