import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../src/domain/admission.ts'
import { openItem } from '../../src/domain/checklist.ts'
import { type MessageName, onOneLine, parseMessage } from '../../src/domain/message.ts'
import { planFor } from '../history/plan.ts'

describe('reading a message', () => {
  test.each<[MessageName, unknown, string]>([
    ['signOff', undefined, 'signOff: expected one JSON object, got nothing'],
    ['signOff', 'yes', 'signOff: expected one JSON object, got "yes"'],
    ['signOff', [], 'signOff: expected one JSON object, got []'],
    ['signOff', { item: 'x', by: 'y' }, 'signOff: expected a text in "deployment", got nothing'],
    ['reject', { deployment: 'd', item: 'x', by: 'y' }, 'reject: expected a text in "reason", got nothing'],
    ['abort', { deployment: 'd', by: '  ', reason: 'r' }, 'abort: expected a text in "by", got "  "'],
    [
      'extendWindow',
      { deployment: 'd', by: 'y', reason: 'r', byMs: -1 },
      'extendWindow: expected byMs between 1 and 86400000 milliseconds, got -1',
    ],
    [
      'decide',
      { deployment: 'd', by: 'y', reason: 'r', question: 'q', answer: 'maybe' },
      'decide: expected answer retry | skip | keep | revert | give_up | acknowledge, got "maybe"',
    ],
    [
      'abort',
      { deployment: 'd', by: 'y', reason: 'r'.repeat(2001) },
      'abort: expected at most 2000 characters in "reason", got 2001',
    ],
  ])('%s refuses %j', (name, input, problem) => {
    expect(parseMessage(name, input)).toEqual({ ok: false, problem })
  })

  test('an unknown field is not carried along', () => {
    const parsed = parseMessage('abort', { deployment: 'd', by: 'y', reason: 'r', admin: true })
    expect(parsed).toEqual({ ok: true, message: { name: 'abort', deployment: 'd', by: 'y', reason: 'r' } })
  })
})

describe('what is recorded of a message', () => {
  const read = (words: Record<string, string>) => {
    const parsed = parseMessage('signOff', { deployment: 'd', item: 'pre.code_reviewed', ...words })
    return parsed.ok ? onOneLine(parsed.message) : parsed
  }

  test('is on one line: nobody forges a line of Belay with it, moves the cursor or turns the reading direction', () => {
    const note = 'fine\r\nNext: belay unlock production\u001b[2J\u202e\u2028x\ud800'
    expect(read({ by: 'ann\n@example.com', note })).toMatchObject({
      message: { by: 'ann @example.com', note: 'fine Next: belay unlock production [2J x' },
    })
  })

  test('has a name that is no longer than names are, and not none', () => {
    expect(read({ by: 'a'.repeat(2000) })).toMatchObject({ message: { by: 'a'.repeat(200) } })
    expect(read({ by: '\u0007' })).toEqual({ ok: false, problem: 'signOff: expected a text in "by", got ""' })
  })

  test('is what was said, where that is harmless', () => {
    const words = {
      by: 'Zoë <zoe@example.com>',
      note: 'read twice, \u{1f468}\u200d\u{1f469} agree',
      link: 'https://x.example',
    }
    expect(read(words)).toMatchObject({ message: words })
  })
})

const items = [
  openItem('pre.code_reviewed', { by: 'sign_off', acceptClaim: false }),
  openItem('pre.tests_passing', { by: 'command', command: ['npm', 'test'], timeoutMs: 1, acceptClaim: false }),
  openItem('manual.payment', { by: 'sign_off', acceptClaim: false }),
]
const run = {
  deployment: 'd',
  startedAs: 'deployment' as const,
  planDigest: 'p',
  plan: planFor(),
  phase: 'gate' as const,
  live: false,
  items,
  waitingFor: null,
}
const say = { deployment: 'd', by: 'ann@example.com', reason: 'r' }

describe('admitting a message', () => {
  test('a message for another deployment is refused', () => {
    expect(refusalOf({ name: 'abort', ...say, deployment: 'other' }, run)).toBe(
      'this is deployment d, the message is for other',
    )
  })

  test('an item that a command answers cannot be signed', () => {
    expect(refusalOf({ name: 'signOff', ...say, item: 'pre.tests_passing' }, run)).toContain('answered by command')
  })

  test('a manual item cannot be signed before the release is live, and can afterwards', () => {
    const message = { name: 'signOff', ...say, item: 'manual.payment' } as const
    expect(refusalOf(message, run)).toContain('when the release is live')
    expect(refusalOf(message, { ...run, phase: 'watch', live: true })).toBeNull()
  })

  test('an item is signed once', () => {
    const signed = items.map((item) => ({ ...item, state: 'passed' as const, by: 'ann' }))
    expect(refusalOf({ name: 'signOff', ...say, item: 'pre.code_reviewed' }, { ...run, items: signed })).toContain(
      'already passed by ann',
    )
  })

  test('a sign-off bound to another plan is refused', () => {
    const message = { name: 'signOff', ...say, item: 'pre.code_reviewed', plan: 'q' } as const
    expect(refusalOf(message, run)).toContain('this run follows p')
  })

  test('abort is refused once the rollback runs, rollback is accepted while recording', () => {
    expect(refusalOf({ name: 'abort', ...say }, { ...run, phase: 'rollback' })).toContain('already running')
    expect(refusalOf({ name: 'abort', ...say }, { ...run, phase: 'recording' })).toContain('send rollback')
    expect(refusalOf({ name: 'rollback', ...say }, { ...run, phase: 'recording' })).toBeNull()
  })

  test('a decision must answer the question that is asked, with one of its answers', () => {
    const waitingFor = { question: 'schema', text: '', answers: ['keep', 'revert'], since: '', until: null }
    const decide = { name: 'decide', ...say, question: 'schema', answer: 'keep' } as const
    expect(refusalOf(decide, run)).toBe('nothing waits for a decision')
    expect(refusalOf(decide, { ...run, waitingFor })).toBeNull()
    expect(refusalOf({ ...decide, answer: 'retry' }, { ...run, waitingFor })).toContain('keep, revert')
    expect(refusalOf({ ...decide, question: 'other' }, { ...run, waitingFor })).toContain('the question is schema')
  })
})
