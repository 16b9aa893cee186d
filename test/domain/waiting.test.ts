import { expect, test } from 'vitest'
import { no, yes } from '../../src/domain/gate/provider.ts'
import { waitsOf } from '../../src/domain/waiting.ts'
import { atGate, item } from '../cli/view/statuses.ts'

const at = '2026-01-01T14:00:00.000Z'
const about = { provider: 'rehearsal', commit: null, at } as const

test('who signs in place of what was asked first is told that it said no, and what', () => {
  const asked = item('pre.migrations_tested', { answers: [{ ...about, ...no('not rehearsed: no server') }] })
  const [wait] = waitsOf({ ...atGate, items: [asked, item('pre.code_reviewed')] })
  expect(wait?.items).toEqual(['pre.migrations_tested', 'pre.code_reviewed'])
  expect(wait?.differences).toEqual(['pre.migrations_tested: rehearsal says no: not rehearsed: no server'])
})

test('what said yes, and what nobody was asked before, adds nothing', () => {
  const signed = item('pre.migrations_tested', { state: 'passed', answers: [{ ...about, ...no('not rehearsed') }] })
  const half = item('pre.tests_passing', { answers: [{ ...about, ...yes('exit 0') }] })
  const [wait] = waitsOf({ ...atGate, items: [signed, half, item('pre.code_reviewed')] })
  expect(wait).toBeDefined()
  expect(wait).not.toHaveProperty('differences')
})
