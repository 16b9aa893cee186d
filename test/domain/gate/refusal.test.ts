import { describe, expect, test } from 'vitest'
import { endText } from '../../../src/domain/end/text.ts'
import { broken, type Finding } from '../../../src/domain/gate/finding.ts'
import { type Freeze, thawOf } from '../../../src/domain/gate/freeze.ts'
import { moment } from '../../../src/domain/gate/moment.ts'
import { refusalOf } from '../../../src/domain/gate/refusal.ts'
import { reasonLine } from '../../../src/domain/reason.ts'

const peakEnd = '2026-11-27T17:00:00.000Z'
const freezeEnd = '2026-12-01T08:00:00.000Z'
const peak = broken('peak_hours', 'mon-fri 09:00-18:00 Europe/Prague: there it is Fri 15:20, over at Fri 18:00', {
  allowedAt: peakEnd,
})
const frozen = broken('freeze', 'frozen by ann (claimed) until 2026-12-01T08:00Z: quarter end', {
  allowedAt: freezeEnd,
  next: 'belay unfreeze production',
})
const endless = { ...frozen, allowedAt: null }
const tests = broken('pre.tests_passing', 'expected exit 0, got 1: 2 failed')
const blocked = broken('release', '', {
  reason: { kind: 'blocked', version: '2.0.0', reason: 'rolled back\nerrors: expected <= 0.01, got 0.079' },
  next: 'belay clear production 2.0.0 --reason "..."',
})

describe('what is said of a refusal', () => {
  test.each<[string, Finding[], string[]]>([
    [
      'peak hours alone: when to come back',
      [peak],
      [
        'peak_hours: mon-fri 09:00-18:00 Europe/Prague: there it is Fri 15:20, over at Fri 18:00',
        'allowed again at 2026-11-27T17:00Z',
        'Next: belay deploy 2.0.0 --env production after 2026-11-27T17:00Z',
      ],
    ],
    [
      'a lock, known to the history and to two hosts, is one',
      [lockedBy('lock', null), lockedBy('app-1', null), lockedBy('app-2', null)],
      [
        'locked by ann (claimed) since 2026-11-26T10:00:00.000Z: sale',
        'Next: belay status production (who holds it, until when), then belay deploy 2.0.0 --env production',
      ],
    ],
    [
      'a lock with an end',
      [lockedBy('lock', freezeEnd)],
      [
        'locked by ann (claimed) since 2026-11-26T10:00:00.000Z: sale',
        'Next: belay deploy 2.0.0 --env production after 2026-12-01T08:00Z, or belay unlock production',
      ],
    ],
    [
      'a lock with an end, and another thing that a command mends',
      [lockedBy('lock', freezeEnd), blocked],
      [
        '2 things stand in the way: lock, release',
        'lock: locked by ann (claimed) since 2026-11-26T10:00:00.000Z: sale; allowed again at 2026-12-01T08:00Z; next: belay unlock production',
        'release: 2.0.0 is blocked, it was rolled back: errors: expected <= 0.01, got 0.079; next: belay clear production 2.0.0 --reason "..."',
        'Next: belay unlock production, belay clear production 2.0.0 --reason "...", then belay deploy 2.0.0 --env production',
      ],
    ],
    [
      'a blocked release: why, and how it is cleared',
      [blocked],
      [
        '2.0.0 is blocked, it was rolled back: errors: expected <= 0.01, got 0.079',
        'Next: belay clear production 2.0.0 --reason "...", then belay deploy 2.0.0 --env production',
      ],
    ],
    [
      'peak hours and a freeze: both, and the later end',
      [peak, frozen],
      [
        '2 things stand in the way: peak_hours, freeze',
        'peak_hours: mon-fri 09:00-18:00 Europe/Prague: there it is Fri 15:20, over at Fri 18:00; allowed again at 2026-11-27T17:00Z',
        'freeze: frozen by ann (claimed) until 2026-12-01T08:00Z: quarter end; allowed again at 2026-12-01T08:00Z; next: belay unfreeze production',
        'Next: belay deploy 2.0.0 --env production after 2026-12-01T08:00Z',
      ],
    ],
    [
      'a freeze without an end: the command that ends it',
      [endless],
      [
        'freeze: frozen by ann (claimed) until 2026-12-01T08:00Z: quarter end',
        'Next: belay unfreeze production, then belay deploy 2.0.0 --env production',
      ],
    ],
  ])('%s', (_, findings, lines) => {
    expect(told(findings)).toEqual(['2.0.0 was not deployed to production; nothing changed', ...lines])
  })

  test('everything at once, a line each, and what mends each of it', () => {
    const lines = told([lockedBy('lock', null), lockedBy('app-1', null), peak, endless, blocked, tests])
    expect(lines[1]).toBe('5 things stand in the way: lock, peak_hours, freeze, release, pre.tests_passing')
    expect(lines.slice(2, 7).map((line) => line.split(':')[0])).toEqual([
      'lock',
      'peak_hours',
      'freeze',
      'release',
      'pre.tests_passing',
    ])
    expect(lines).toHaveLength(8)
    expect(lines.at(-1)).toBe(
      'Next: belay logs d-1 evidence-tests_passing, mend what stood in the way, then belay deploy 2.0.0 --env production after 2026-11-27T17:00Z',
    )
  })

  test('what each of them says of deploying again is said once', () => {
    const roster = 'mend the roster on the worker'
    const onCall = broken('on_call', 'nobody', { next: `${roster}, then belay deploy 2.0.0 --env production` })
    const checks = broken('pre.tests_passing', 'unit: failure', { next: 'look at the run, mend it and deploy again' })
    expect(told([onCall]).at(-1)).toBe(`Next: ${roster}, then belay deploy 2.0.0 --env production`)
    expect(told([onCall, lockedBy('lock', null), checks]).at(-1)).toBe(
      `Next: ${roster}, belay unlock production, look at the run, mend it, then belay deploy 2.0.0 --env production`,
    )
  })

  test('two locks of two people are two', () => {
    const other = broken('app-1', 'locked', {
      reason: { kind: 'locked', lock: { reason: 'disk', by: 'bob', since: peakEnd, until: null } },
    })
    expect(refusalOf([lockedBy('lock', null), other])).toMatchObject({
      kind: 'gate',
      items: [{ item: 'lock' }, { item: 'app-1' }],
    })
  })

  test('what was left unfinished holds every host and is one thing', () => {
    const left = ['app-1', 'app-2'].map((host) => {
      const lock = { reason: 'holds unfinished d-0', by: 'd-0', since: peakEnd, until: null }
      return broken(host, `${host} holds`, { reason: { kind: 'locked', lock } })
    })
    expect(refusalOf(left)).toMatchObject({ kind: 'locked', lock: { by: 'd-0' } })
  })
})

describe('the end of overlapping freezes', () => {
  const one = freeze('2026-01-01', '2026-01-05')
  test.each<[string, Freeze[], Freeze[], string | null]>([
    ['of one', [one], [], '2026-01-05'],
    ['of two in force: the later', [one, freeze('2026-01-02', '2026-01-04')], [], '2026-01-05'],
    ['with one that begins before it is over', [one], [freeze('2026-01-04', '2026-01-09')], '2026-01-09'],
    ['with one that begins at its very end', [one], [freeze('2026-01-05', '2026-01-09')], '2026-01-09'],
    ['with one that begins after it', [one], [freeze('2026-01-06', '2026-01-09')], '2026-01-05'],
    ['with one that ends inside it', [one], [freeze('2026-01-02', '2026-01-03')], '2026-01-05'],
    ['of a chain', [one], [freeze('2026-01-04', '2026-01-09'), freeze('2026-01-08', '2026-01-12')], '2026-01-12'],
    ['of one without an end', [one, freeze('2026-01-01', null)], [], null],
    ['with one without an end that begins before', [one], [freeze('2026-01-04', null)], null],
    ['with one without an end that begins after', [one], [freeze('2026-01-06', null)], '2026-01-05'],
  ])('%s', (_, inForce, toCome, end) => {
    expect(thawOf({ inForce, toCome })).toBe(end)
  })
})

test('an instant for people is never before the instant', () => {
  expect(moment('2026-11-27T17:00:00.000Z')).toBe('2026-11-27T17:00Z')
  expect(moment('2026-11-27T17:00:05.000Z')).toBe('2026-11-27T17:00:05Z')
  expect(moment('2026-11-27T16:59:59.001Z')).toBe('2026-11-27T17:00Z')
  expect(moment('2026-11-27T18:00:00+01:00')).toBe('2026-11-27T17:00Z')
})

function told(failed: readonly Finding[]): string[] {
  const reason = refusalOf(failed.map((one) => (one.reason ? { ...one, why: reasonLine(one.reason) } : one)))
  const release = { version: '2.0.0', commit: 'c'.repeat(40) }
  const plan = { service: 'shop', environment: 'production', deployment: 'd-1', release }
  const facts = { outcome: 'REFUSED', reason, release, live: null, rolledBack: null, undone: [] } as const
  return endText(plan, facts).split('\n')
}

function lockedBy(rule: string, until: string | null): Finding {
  const lock = { reason: 'sale', by: 'ann', since: '2026-11-26T10:00:00.000Z', until }
  return broken(rule, '', {
    reason: { kind: 'locked', lock },
    next: 'belay unlock production',
    allowedAt: until,
  })
}

function freeze(from: string, until: string | null): Freeze {
  return { environment: null, from, until, reason: 'r', by: 'ann' }
}
