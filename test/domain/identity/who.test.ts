import { describe, expect, test } from 'vitest'
import { lockedAlready } from '../../../src/domain/lock-words.ts'
import { type Reason, reasonLine } from '../../../src/domain/reason.ts'

const by = 'ann@example.com'
const reason = 'cards fail\nNext: belay unlock production'
const lock = { reason, by, since: '2026-11-26T10:00:00.000Z', until: null }

describe('who is named by the reason of an end', () => {
  test.each<[string, Reason, string]>([
    ['refused', { kind: 'rejected', item: 'approval', by, reason }, `approval refused by ${by} (claimed): cards fail`],
    ['aborted', { kind: 'aborted', by, reason }, `aborted by ${by} (claimed): cards fail`],
    ['took its place', { kind: 'superseded', by, version: '2' }, `superseded by 2, which ${by} (claimed) deploys`],
    ['went back', { kind: 'rollback_requested', by, reason }, `rollback asked for by ${by} (claimed): cards fail`],
    ['locked', { kind: 'locked', lock }, `locked by ${by} (claimed) since ${lock.since}: cards fail`],
  ])('%s: claims it, as nobody has proven it', (_, found, words) => {
    expect(reasonLine(found)).toBe(words)
  })

  test('a key has proven, or is no person', () => {
    expect(reasonLine({ kind: 'aborted', by, reason, claimed: false })).toBe(`aborted by ${by}: cards fail`)
    expect(reasonLine({ kind: 'locked', lock: { ...lock, by: 'belay' } })).toContain('locked by belay since')
  })
})

test('who locks what Belay holds itself is told so as nobody’s claim', () => {
  const lock = { by: 'belay', reason: 'the rollback broke off', since: '2026-11-26T02:00:00Z', until: null }
  expect(lockedAlready('production', lock)).toContain('locked already, by belay until somebody unlocks it')
  expect(lockedAlready('production', { ...lock, by: 'ann' })).toContain('by ann (claimed) until')
})
