import { describe, expect, test } from 'vitest'
import { refusalOf } from '../../../src/domain/admission.ts'
import { type ItemRecord, openItem } from '../../../src/domain/checklist.ts'
import { approved, gatePeopleItems, reopened, signerRefusal } from '../../../src/domain/gate/approvals.ts'
import { broken, held } from '../../../src/domain/gate/finding.ts'
import { heeded } from '../../../src/domain/gate/ignored.ts'
import type { GatePolicy } from '../../../src/domain/gate/policy.ts'
import type { Answer } from '../../../src/domain/gate/provider.ts'
import { neverIgnored, safetyRules } from '../../../src/domain/gate/safety-rules.ts'
import type { IgnoredSafety, Plan } from '../../../src/domain/plan.ts'
import { itemsOfPlan } from '../../../src/domain/plan-items.ts'
import { planFor } from '../../history/plan.ts'

const performer = 'Ci <ci@example.com>'
const ignored: IgnoredSafety[] = [
  { rule: 'peak_hours', reason: 'hotfix', by: performer },
  { rule: 'freeze', reason: 'never frozen', by: 'belay.yaml' },
  { rule: 'short_window', reason: 'test', by: performer },
]

/** How whoever deploys may write themselves, by mistake or not. */
const spellings = [
  'ci@example.com.',
  '"ci@example.com"',
  "'ci@example.com'",
  'mailto:ci@example.com',
  'Ci <ci@example.com> (release team)',
  '(ci@example.com)',
  'ci@example.com\u0007',
  'ci@example.com <bob@example.com>',
  '＜ｃｉ@example.com＞',
  'CI\u200d',
]

describe('approval', () => {
  test('without a policy, and where nobody has to approve, there is no such item', () => {
    expect(gatePeopleItems(planFor())).toEqual([])
    expect(gatePeopleItems(planWith({}))).toEqual([])
    expect(itemsOfPlan(planWith({ required: 2 })).map(({ item }) => item)).toContain('approval')
  })

  test('it passes with the last of those asked for, each kept', () => {
    const one = given(planWith({ required: 2 }), 'ann@example.com')
    expect(one).toMatchObject({ state: 'open', by: null, detail: '1 of 2: ann@example.com (claimed)' })
    const two = { ...one, ...approved(rule({ required: 2 }), one, answer('bob@example.com')) }
    expect(two).toMatchObject({ state: 'passed', by: 'bob@example.com' })
    expect(two.detail).toBe('2 of 2: ann@example.com (claimed), bob@example.com (claimed)')
    expect(two.answers?.map(({ by }) => by)).toEqual(['ann@example.com', 'bob@example.com'])
  })

  test.each<[string, string, Partial<GatePolicy['approvals']>, RegExp]>([
    ['the performer under another spelling', 'CI@example.com', {}, /somebody other than .*prevent_self_review/],
    ['the same person again', 'Ann <ann@example.com>', {}, /approved already \(1 of 2: ann@example.com \(claimed\)\)/],
    ['a stranger', 'eve@example.com', { reviewers: ['ann@example.com', 'bob@example.com'] }, /one of the reviewers/],
  ])('%s is refused', (_, by, more, words) => {
    const plan = planWith({ required: 2, ...more })
    expect(signing(plan, by, given(plan, 'ann@example.com'))).toMatch(words)
    expect(signing(plan, 'bob@example.com', given(plan, 'ann@example.com'))).toBeNull()
  })

  test.each(spellings)('the performer as %j is refused', (by) => {
    const plan = planWith({ required: 2 })
    expect(signing(plan, by, given(plan, 'ann@example.com'))).toMatch(/somebody other than .*prevent_self_review/)
  })

  test('who may approve says nothing about who may sign another item', () => {
    const plan = planWith({ required: 2, reviewers: ['bob@example.com'] })
    const item = openItem('manual.payment_processing', { by: 'sign_off', acceptClaim: false })
    expect(signerRefusal(plan, item, 'eve@example.com')).toBeNull()
    expect(signerRefusal(planFor({ performer }), only(plan, 'approval'), performer)).toBeNull()
  })

  test('whoever deploys may approve where that is not prevented', () => {
    const plan = planWith({ required: 1, preventSelfReview: false })
    expect(signing(plan, performer, only(plan, 'approval'))).toBeNull()
  })

  test('reopened it counts from nothing, and what was said stays on the record as void', () => {
    const plan = planWith({ required: 2 })
    const again = {
      ...given(plan, 'ann@example.com'),
      ...reopened(plan, given(plan, 'ann@example.com'), 'new commits'),
    }
    expect(again).toMatchObject({ state: 'open', detail: '0 of 2', by: null })
    expect(again.answers?.[0]).toMatchObject({ ok: false, detail: 'void: new commits; it said: approved' })
    expect(signing(plan, 'ann@example.com', again)).toBeNull()
    const once = approved(rule({ required: 2 }), again, answer('ann@example.com'))
    expect(once).toMatchObject({ state: 'open', detail: '1 of 2: ann@example.com (claimed)' })
  })
})

describe('override', () => {
  test('a second person confirms what whoever deploys ignores, not what the configuration does', () => {
    const plan = planWith({}, { override: 'second_person' })
    expect(only(plan, 'override').detail).toBe('peak_hours ("hotfix")')
    expect(signing(plan, 'ci@example.com', only(plan, 'override'))).toMatch(/somebody other than/)
    expect(signing(plan, 'ann@example.com', only(plan, 'override'))).toBeNull()
    const named = planWith({ reviewers: ['bob@example.com'], preventSelfReview: false }, { override: 'second_person' })
    expect(signing(named, 'ann@example.com', only(named, 'override'))).toMatch(/one of the reviewers/)
    expect(gatePeopleItems(planWith({}, { override: 'alone' }))).toEqual([])
    const written = ignored.filter(({ by }) => by !== performer)
    expect(gatePeopleItems({ ...plan, ignoredSafeties: written })).toEqual([])
  })
})

describe('an ignored rule', () => {
  const plan = planWith({})

  test('counts as held, and only that one', () => {
    expect(heeded(plan, broken('peak_hours', 'mon 10:00'))).toMatchObject({
      finding: { holds: true, why: 'ignored: mon 10:00' },
      ignored: { rule: 'peak_hours' },
    })
    expect(heeded(plan, broken('on_call', 'nobody')).finding.holds).toBe(false)
    expect(heeded(plan, held('peak_hours', 'sun')).ignored).toBeNull()
  })

  test('a plan that ignores what nobody can ignore ignores nothing, nor does a host of that name', () => {
    const forged = ['lock', 'pre.rollback_plan', 'rollback_plan', 'tag'].map((one) => ({
      rule: one,
      reason: 'forged',
      by: performer,
    }))
    for (const { rule: one } of forged) {
      expect(heeded({ ...plan, ignoredSafeties: forged }, broken(one, 'no')).finding.holds).toBe(false)
    }
    expect(heeded({ ...plan, hosts: ['peak_hours'] }, broken('peak_hours', 'away')).finding.holds).toBe(false)
  })

  test('of a plan that was made before there were rules to ignore is none', () => {
    const { policy: _, ...gate } = plan.gate
    expect(heeded({ ...plan, gate }, broken('peak_hours', 'mon 10:00'))).toMatchObject({
      finding: { holds: false },
      ignored: null,
    })
  })

  test('nobody is told that a rule that can be ignored cannot', () => {
    expect(safetyRules.filter((one) => neverIgnored(one) !== null)).toEqual([])
    expect(neverIgnored('rollback_plan')).toContain('nobody deploys without a way back')
    expect(neverIgnored('constructor')).toBeNull()
  })
})

function rule(given: Partial<GatePolicy['approvals']>): GatePolicy['approvals'] {
  return { required: 0, reviewers: [], preventSelfReview: true, ...given }
}

function planWith(approvals: Partial<GatePolicy['approvals']>, more: Partial<GatePolicy> = {}): Plan {
  const plan = planFor({ performer, ignoredSafeties: ignored })
  const policy: GatePolicy = {
    peakHours: [],
    onCall: null,
    approvals: rule(approvals),
    override: 'alone',
    rollbackPlan: { document: null, drill: null },
    lockfiles: [],
    ...more,
  }
  return { ...plan, gate: { ...plan.gate, policy } }
}

function only(plan: Plan, item: string): ItemRecord {
  const found = gatePeopleItems(plan).find((one) => one.item === item)
  if (!found) throw new Error(`expected ${item}`)
  return found
}

function given(plan: Plan, by: string): ItemRecord {
  const item = only(plan, 'approval')
  return { ...item, ...approved(rule({ required: 2 }), item, answer(by)) }
}

function answer(by: string): Answer {
  const at = '2026-11-26T10:00:00.000Z'
  return { provider: 'approval', ok: true, detail: 'approved', link: null, commit: null, by, claimed: true, at }
}

function signing(plan: Plan, by: string, item: ItemRecord): string | null {
  const { deployment, digest: planDigest } = plan
  const now = { phase: 'gate', startedAs: 'deployment', live: false, waitingFor: null } as const
  const message = { name: 'signOff', deployment, item: item.item, by } as const
  return refusalOf(message, { ...now, deployment, planDigest, plan, items: [item] })
}
