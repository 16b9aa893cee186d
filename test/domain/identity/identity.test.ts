import { describe, expect, test } from 'vitest'
import { linesFor, parseSigners } from '../../../activities/identity/allowed-signers.ts'
import { readSignature } from '../../../activities/identity/ssh-signature.ts'
import { messageStatement, rollbackStatement, staleness } from '../../../src/domain/identity/identity.ts'
import { decisionAnswers, type Message } from '../../../src/domain/message.ts'
import { planFor } from '../../history/plan.ts'

const to = { service: 'shop', environment: 'production', planDigest: 'abc', askedAt: '2026-11-26T10:00:00.000Z' }
const at = '2026-11-26T10:01:00.000Z'
const base = { deployment: 'd', by: 'ann@example.com' }
const messages: readonly Message[] = [
  { name: 'signOff', ...base, item: 'pre.code_reviewed', note: 'n', link: 'l', plan: 'p', changes: 'c' },
  { name: 'reject', ...base, item: 'pre.code_reviewed', reason: 'r' },
  { name: 'abort', ...base, reason: 'r' },
  { name: 'rollback', ...base, reason: 'r' },
  { name: 'extendWindow', ...base, reason: 'r', byMs: 1 },
  { name: 'decide', ...base, question: 'q', answer: 'retry', reason: 'r' },
  { name: 'supersede', ...base, version: '1.4.0' },
]

describe('a statement', () => {
  test('is one text for one meaning, with the number of its protocol', () => {
    const message = { name: 'abort', reason: 'so', by: 'ann', deployment: 'd', proof: { signature: 's', at } } as const
    expect(messageStatement(message, to, at)).toBe(
      '{"asked":null,"at":"2026-11-26T10:01:00.000Z","belay":1,"environment":"production","message":{"by":"ann","deployment":"d","name":"abort","reason":"so"},"plan":"abc","service":"shop"}',
    )
  })

  test.each(messages)('of $name changes with every field of the message', (message) => {
    const said = messageStatement(message, to, at)
    const others = Object.keys(message).map((field) => messageStatement({ ...message, [field]: 'altered' }, to, at))
    for (const other of others) expect(other).not.toBe(said)
  })

  test('changes with the place, the plan, the time, and for an answer with when it was asked', () => {
    for (const message of messages) {
      const said = messageStatement(message, to, at)
      for (const field of ['service', 'environment', 'planDigest'] as const) {
        expect(messageStatement(message, { ...to, [field]: 'other' }, at)).not.toBe(said)
      }
      expect(messageStatement(message, to, '2026-11-26T10:01:00.001Z')).not.toBe(said)
      const later = messageStatement(message, { ...to, askedAt: '2026-11-26T10:00:01.000Z' }, at)
      expect(later === said).toBe(message.name !== 'decide')
    }
    expect(decisionAnswers.length).toBeGreaterThan(0)
  })

  test('of a rollback changes with everything that is asked for', () => {
    const wish = { plan: planFor(), to: null, only: 'all', by: 'ann', reason: 'r' }
    const said = rollbackStatement(wish, at)
    for (const change of [{ to: '1.0.0' }, { only: 'database' }, { by: 'bob' }, { reason: 'x' }]) {
      expect(rollbackStatement({ ...wish, ...change }, at)).not.toBe(said)
    }
  })
})

test.each([
  ['2026-11-26T10:00:00Z', null],
  ['2026-11-26T10:15:00Z', null],
  ['2026-11-26T09:55:00Z', null],
  ['2026-11-26T10:15:00.001Z', 'the signature is too old'],
  ['2026-11-26T09:54:59.999Z', 'the signature is from the future'],
  ['2026-11-26T10:15:01Z', 'the signature is too old: made 15 min 1 s before it arrived, at most 15 min are taken'],
  ['2026-11-26T09:54:59Z', 'the signature is from the future: 5 min 1 s ahead'],
])('a signature of ten o’clock that arrives at %s: %s', (arrived, problem) => {
  const found = staleness({ signature: '', at: '2026-11-26T10:00:00Z' }, Date.parse(arrived))
  if (problem === null) expect(found).toBeNull()
  else expect(found).toContain(problem)
})

test.each([
  '',
  'yesterday',
  '2026-11-26',
  '2026-11-26T10:00:00+01:00',
  '2026-11-26T10:00:00+00:00',
  '2026-99-26T10:00:00Z',
  '2026-02-30T10:00:00Z',
  '2026-11-26T24:00:00Z',
  '+12026-11-26T10:00:00Z',
  ' 2026-11-26T10:00:00Z',
  '2026-11-26T10:00:00Z\n',
])('%j is no time, whenever it arrives', (at) => {
  for (const arrived of [0, Date.parse('2026-03-02T10:00:00Z'), Date.parse('2026-11-27T00:00:00Z')]) {
    expect(staleness({ signature: '', at }, arrived)).toContain('RFC 3339')
  }
})

test.each(['9999-12-31T23:59:59Z', '2027-11-26T10:00:00.123456Z'])('%s is from the future, in words', (at) => {
  expect(staleness({ signature: '', at }, Date.parse('2026-11-26T10:00:00Z'))).toMatch(/from the future: \d+ .* ahead/)
})

describe('allowed_signers', () => {
  const text = `# people
ann@example.com,ann ssh-ed25519 AAAA1 laptop
bob@example.com namespaces="git,belay",valid-before="20270101Z" ssh-ed25519 AAAA2
*@example.com ssh-ed25519 AAAA3
eve@example.com,*@example.com ssh-ed25519 AAAA4
*@example.com cert-authority ssh-ed25519 AAAA5
"cid d@example.com" ssh-ed25519 AAAA6
nonsense
`
  test.each([
    ['ann', [2, 6]],
    ['ann@example.com', [2, 6]],
    ['bob@example.com', [3, 6]],
    ['eve@example.com', [6]],
    ['cid d@example.com', [7]],
    ['*@example.com', []],
    ['Ann', [6]],
  ])('%s is spoken for by lines %j', (name, lines) => {
    expect(linesFor(name, parseSigners(text)).map(({ number }) => number)).toEqual(lines)
  })
})

test.each([
  '',
  'x',
  '-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n',
  '-----BEGIN SSH SIGNATURE-----\nU1NIU0lHAAAAAf////8=\n-----END SSH SIGNATURE-----\n',
])('%j is no signature', (armored) => {
  expect(readSignature(armored)).toBeNull()
})
