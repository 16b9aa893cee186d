import { describe, expect, test } from 'vitest'
import { openItem } from '../../src/domain/checklist.ts'
import { itemsOfDrill } from '../../src/domain/drill.ts'
import { type EndFacts, endText } from '../../src/domain/end/text.ts'
import { exitCodeOf, type Outcome } from '../../src/domain/outcome.ts'
import type { Reason } from '../../src/domain/reason.ts'

const [previous, commit] = [{ version: '1.2.0', commit: 'b'.repeat(40) }, 'c'.repeat(40)]
const release = { version: '1.3.0', commit }
const plan = { service: 'shop', environment: 'staging', deployment: '1.3.0-1', release }
const aborted: Reason = { kind: 'aborted', by: 'ann', reason: 'wrong day' }

describe('the end of a drill for people', () => {
  test('proven: green, what is live, and nothing that is blocked', () => {
    expect(told('ROLLED_BACK', null, 14_200)).toEqual([
      'drill of 1.3.0 on staging: way back proven in 14 s',
      '1.2.0 is live again on staging; nothing is blocked',
      'Next: belay record 1.3.0-1',
    ])
  })

  test('back, but not proven: why, and the drill again', () => {
    const reason: Reason = { kind: 'not_proven', what: 'the way back', host: 'app-1', detail: 'schema kept (003)' }
    expect(told('ROLLED_BACK', reason, null)).toEqual([
      'drill of 1.3.0 on staging: back at 1.2.0, but not proven',
      'the way back not proven on app-1: schema kept (003)',
      '1.2.0 is live again on staging; nothing is blocked',
      'Next: belay explain 1.3.0-1, then belay drill staging --release 1.3.0',
    ])
  })

  test('refused by the calendar or for want of a key: what starts the drill again, once', () => {
    const again = 'belay drill staging --release 1.3.0'
    const peak = { item: 'peak_hours', why: 'busy', allowedAt: '2026-11-27T17:00:00.000Z' }
    expect(told('REFUSED', { kind: 'gate', items: [peak] }, null).at(-1)).toBe(`Next: ${again} after 2026-11-27T17:00Z`)
    const unproven = { item: 'performer', why: 'not proven', next: `${again}, with your SSH key` }
    expect(told('REFUSED', { kind: 'gate', items: [unproven] }, null).at(-1)).toBe(`Next: ${again}, with your SSH key`)
    expect(told('REFUSED', { kind: 'gate', items: [unproven, peak] }, null).at(-1)).toBe(
      `Next: ${again}, with your SSH key, after 2026-11-27T17:00Z`,
    )
  })

  test.each<[Outcome, Reason | null, string, RegExp]>([
    ['REFUSED', { kind: 'history_away', message: 'x' }, 'did not begin', /then belay drill staging --release 1\.3\.0$/],
    ['ABORTED', aborted, 'was aborted; nothing changed', /^Next: belay explain 1\.3\.0-1$/],
    ['SUPERSEDED', aborted, 'was superseded; nothing changed', /^Next: belay explain/],
    ['ROLLBACK_FAILED', aborted, 'half way, the way back failed', /locked until belay unlock staging$/],
  ])('%s', (outcome, reason, first, next) => {
    const lines = told(outcome, reason, null)
    expect(lines[0]).toContain(`drill of 1.3.0 on staging`)
    expect(lines[0]).toContain(first)
    expect(lines.at(-1)).toMatch(next)
    expect(lines.join('\n')).not.toMatch(/belay clear|belay deploy/)
  })
})

test('the exit code of a drill is 0 only where the way back is proven; of a deployment never', () => {
  expect(exitCodeOf('ROLLED_BACK', 'drill', 14_000)).toBe(0)
  expect(exitCodeOf('ROLLED_BACK', 'drill', null)).toBe(11)
  expect(exitCodeOf('ROLLED_BACK', 'drill')).toBe(11)
  expect(exitCodeOf('ROLLED_BACK', 'deployment', 14_000)).toBe(11)
  expect(exitCodeOf('ROLLBACK_FAILED', 'drill', null)).toBe(12)
  expect(exitCodeOf('REFUSED', 'drill', null)).toBe(10)
  expect(exitCodeOf('ABORTED', 'drill', null)).toBe(14)
})

test('a drill asks for what makes it safe, and not for what a release needs that stays', () => {
  const items = [
    'pre.code_reviewed',
    'pre.staging_successful',
    'pre.rollback_plan',
    'post.user_facing_tested',
    'manual.pay',
  ]
  const asked = itemsOfDrill(items.map((item) => openItem(item, { by: 'sign_off', acceptClaim: false })))
  expect(asked.map(({ item, state, detail }) => [item, state, detail])).toEqual([
    ['pre.code_reviewed', 'open', ''],
    ['pre.staging_successful', 'not_applicable', 'not asked in a drill'],
    ['pre.rollback_plan', 'open', ''],
    ['post.user_facing_tested', 'not_applicable', 'not asked in a drill'],
    ['manual.pay', 'not_applicable', 'not asked in a drill'],
  ])
  const why = openItem('pre.staging_successful', { by: 'not_applicable', reason: 'there is no staging' })
  expect(itemsOfDrill([why])).toEqual([why])
})

function told(outcome: Outcome, reason: Reason | null, wayBackMs: number | null): string[] {
  const live = outcome === 'ROLLED_BACK' ? previous : null
  const end: EndFacts = { outcome, reason, release, live, rolledBack: null, undone: [], wayBackMs }
  return endText(plan, end).split('\n')
}
