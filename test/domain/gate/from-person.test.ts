import { expect, test } from 'vitest'
import { type ItemRecord, openItem } from '../../../src/domain/checklist.ts'
import { isFromPerson } from '../../../src/domain/gate/from-person.ts'
import type { Answer } from '../../../src/domain/gate/provider.ts'

const open = openItem('pre.code_reviewed', { by: 'sign_off', acceptClaim: true })
const answer = (provider: Answer['provider'], ok: boolean): Answer => ({
  ...{ provider, ok, detail: '', link: null, commit: null },
  ...{ by: 'ann', claimed: true, at: '2026-11-26T10:00:00.000Z' },
})

test.each<[string, Partial<ItemRecord>, boolean]>([
  ['signed by a signal', { state: 'passed', via: 'signal' }, true],
  ['signed by an update', { state: 'passed', via: 'update' }, true],
  ['approved by one of two', { answers: [answer('approval', true)] }, true],
  ['confirmed by a second person', { answers: [answer('override', true)] }, true],
  ['signed beside evidence', { state: 'passed', answers: [answer('junit', true), answer('sign_off', true)] }, true],
  ['open', {}, false],
  ['void already', { answers: [answer('approval', false)] }, false],
  ['answered by evidence', { state: 'passed', via: 'belay', answers: [answer('junit', true)] }, false],
  ['claimed at the start', { state: 'passed', via: 'start', how: 'claim' }, false],
  [
    'claimed, with a signature beside it',
    { state: 'passed', how: 'claim', answers: [answer('sign_off', true)] },
    false,
  ],
  ['red by now, though somebody signed', { state: 'failed', answers: [answer('sign_off', true)] }, false],
  ['refused by a person', { state: 'failed', via: 'update' }, false],
  ['not applicable', { state: 'not_applicable', answers: [answer('sign_off', true)] }, false],
])('what is %s is void with another difference: %s', (_, change, expected) => {
  expect(isFromPerson({ ...open, ...change })).toBe(expected)
})
