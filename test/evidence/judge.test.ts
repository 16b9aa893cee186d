import { describe, expect, it } from 'vitest'
import { openItem } from '../../src/domain/checklist.ts'
import { answerLines, itemWordsAbove } from '../../src/domain/gate/answer-words.ts'
import { counted, judgeEvidence } from '../../src/domain/gate/judge-evidence.ts'
import { ownReviewProblem } from '../../src/domain/gate/own-review.ts'
import type { Answer, Provider } from '../../src/domain/gate/provider.ts'

const trailer: Provider = { kind: 'reviewed_by' }
const person: Provider = { kind: 'sign_off' }

/** y: yes, n: no, p: not yet. */
function answers(letters: string): Answer[] {
  const about = { provider: 'reviewed_by', link: null, commit: 'c'.repeat(40), by: null, claimed: false } as const
  const at = '2026-11-26T10:00:01.000Z'
  return [...letters].map((letter) => ({
    ...about,
    at,
    ok: letter === 'y',
    detail: `it said ${letter}`,
    ...(letter === 'p' && { pending: true as const }),
  }))
}

describe('the answers of an item together', () => {
  it.each([
    ['any', 'ny', false, 'passed'],
    ['any', 'nn', false, 'failed'],
    ['any', 'np', false, 'running'],
    ['any', 'yp', false, 'passed'],
    ['any', 'nn', true, 'open'],
    ['any', 'np', true, 'open'],
    ['any', 'y', true, 'passed'],
    ['all', 'yy', false, 'passed'],
    ['all', 'yn', false, 'failed'],
    ['all', 'pn', false, 'failed'],
    ['all', 'yp', false, 'running'],
    ['all', 'yy', true, 'open'],
    ['all', 'yp', true, 'running'],
    ['all', 'yn', true, 'failed'],
  ] as const)('%s of %s, with a person: %s, is %s', (need, letters, withPerson, state) => {
    const providers = [...[...letters].map(() => trailer), ...(withPerson ? [person] : [])]
    expect(judgeEvidence({ need, providers }, answers(letters)).state).toBe(state)
  })

  it('count for nothing in a name that nobody proved, where names are proven', () => {
    const ssh = { identity: 'ssh', environment: 'production' } as const
    const [yes] = answers('y')
    if (!yes) throw new Error('expected an answer')
    const claim = { ...yes, by: 'bob', claimed: true }
    const said = counted(claim, ssh)
    expect(said).toMatchObject({ ok: false, by: 'bob', claimed: true })
    expect(said.detail).toBe(
      'claimed, not proven, and production demands proven names (identity: ssh); it said: it said y',
    )
    for (const need of ['any', 'all'] as const)
      expect(judgeEvidence({ need, providers: [trailer] }, [said]).state).toBe('failed')
    expect(counted(yes, ssh)).toBe(yes)
    expect(counted(claim, { ...ssh, identity: 'claimed' })).toBe(claim)
  })

  it('are shown under the item, each with its time and commit', () => {
    const item = { ...openItem('pre.code_reviewed', { by: 'sign_off', acceptClaim: false }), detail: 'all of it' }
    const link = 'https://example.com/1'
    const shown = { ...item, answers: answers('yn').map((one) => ({ ...one, link: one.ok ? link : null })) }
    expect(answerLines(shown)).toEqual([
      'reviewed_by yes: it said y at 2026-11-26 10:00:01Z about cccccccccccc https://example.com/1',
      'reviewed_by no: it said n at 2026-11-26 10:00:01Z about cccccccccccc',
    ])
    expect(itemWordsAbove({ ...shown, state: 'passed' })).not.toContain('all of it')
    // A person alone is on the item's own line.
    expect(
      answerLines({ item: shown.item, answers: answers('y').map((one) => ({ ...one, provider: 'sign_off' })) }),
    ).toEqual([])
  })
})

describe('the word for a review', () => {
  const own = { performer: 'ci@example.com', authors: ['Ann Lee <ann@example.com>', 'bob'], unknown: null }
  it.each([
    ['ci@example.com', 'deploys this release'],
    ['CI <ci@example.com>', 'deploys this release'],
    ['ann@example.com', 'wrote this release'],
    ['ann  lee', 'wrote this release'],
    ['Bob', 'wrote this release'],
    ['ci', 'deploys this release'],
    ['ann', 'wrote this release'],
    ['bob@example.com', 'wrote this release'],
    ['An\u200Bn \u00A0Lee', 'wrote this release'],
    ['\uFF21nn Lee', 'wrote this release'],
    ['\u2066ann@example.com\u2069', 'wrote this release'],
  ])('of %s does not count', (by, why) => {
    expect(ownReviewProblem(by, own)).toContain(
      `${by} ${why}; the review is signed by somebody other than ci@example.com`,
    )
  })

  it('of anybody else does, and of whoever deploys where that is allowed', () => {
    expect(ownReviewProblem('eve@example.com', own)).toBeNull()
    expect(ownReviewProblem('Ann Lee <ann.lee@example.org>', own)).toBeNull()
    expect(ownReviewProblem('ci@example.com', { ...own, performer: null })).toBeNull()
  })

  it('of nobody does while it is not known who wrote the release', () => {
    const problem = ownReviewProblem('eve@example.com', { ...own, authors: [], unknown: 'no such commit' })
    expect(problem).toBe('nobody can vouch for the review: who wrote the release is not known (no such commit)')
  })

  it('of the last of many authors does not count either, and the sentence stays one', () => {
    const authors = Array.from({ length: 300 }, (_, index) => `Author ${index} <author${index}@example.com>`)
    const problem = ownReviewProblem('author299@example.com', { ...own, authors })
    expect(problem).toMatch(/^author299@example.com wrote this release; .* and 281 more$/)
    expect(ownReviewProblem('eve@example.com', { ...own, authors })).toBeNull()
  })
})
