import { describe, expect, it } from 'vitest'
import { ann, bob, commitOnGitHub, eve, fakeGitHub, headOf, review } from '../support/fake-github.ts'
import { commit, evidence, orderOf } from './asking.ts'

const head = headOf(commit)

describe('approvals on GitHub', () => {
  it('count one for each person who approved the last commit of the pull request', async () => {
    const reviews = [
      review(bob, 'APPROVED', head, 1),
      review(bob, 'APPROVED', head, 2),
      review(eve, 'APPROVED', head, 3),
    ]
    expect(await said(reviews, 2)).toMatchObject({
      ok: true,
      by: 'bob, eve',
      claimed: false,
      link: 'https://github.example.com/acme/shop/pull/7',
    })
    expect(await said(reviews, 3)).toMatchObject({ ok: false, detail: expect.stringContaining('expected 3 approved') })
  })

  it('say how many are about an older commit only where there are any, and name nobody where none counts', async () => {
    const old = 'b'.repeat(40)
    const none = await said([review(bob, 'APPROVED', old), review(eve, 'APPROVED', old)])
    expect(none).toMatchObject({
      ok: false,
      by: null,
      detail: expect.stringMatching(/; 2 about an older commit of it do not count$/),
    })
    expect((await said([review(bob, 'APPROVED', head), review(eve, 'APPROVED', head)], 2)).detail).toMatch(
      /approved by bob, eve$/,
    )
    expect((await said([review(bob, 'APPROVED', head), review(eve, 'APPROVED', old)])).detail).toContain('; 1 about')
  })

  it.each([
    ['of an older commit', [review(bob, 'APPROVED', 'b'.repeat(40))], '1 about an older commit of it does not count'],
    ['by the author', [review(ann, 'APPROVED', head)], 'its author cannot approve it'],
    ['by a program', [review({ login: 'bot', type: 'Bot' }, 'APPROVED', head)], 'got 0'],
    ['that was dismissed', [review(bob, 'DISMISSED', head)], 'got 0'],
    ['that is only a comment', [review(bob, 'COMMENTED', head)], 'got 0'],
    ['of nobody', [], 'got 0'],
    ['of an account that is gone', [review(null, 'APPROVED', head)], 'got 0'],
    [
      'beside a standing request for changes',
      [review(bob, 'CHANGES_REQUESTED', head, 1), review(bob, 'COMMENTED', head, 2), review(eve, 'APPROVED', head, 3)],
      'got one by bob',
    ],
    [
      'taken back later',
      [review(bob, 'APPROVED', head, 1), review(bob, 'CHANGES_REQUESTED', head, 2)],
      'got one by bob',
    ],
    [
      'beside one asked for on an older commit',
      [review(bob, 'CHANGES_REQUESTED', 'b'.repeat(40)), review(eve, 'APPROVED', head)],
      'got one by bob',
    ],
  ])('%s do not', async (_, reviews, why) => {
    expect(await said(reviews)).toMatchObject({ ok: false, detail: expect.stringContaining(why) })
  })

  it.each(['OWNER', 'MEMBER', 'COLLABORATOR'])('of one who is %s of the repository count', async (association) => {
    expect(await said([review(bob, 'APPROVED', head, 1, association)])).toMatchObject({ ok: true, by: 'bob' })
  })

  it.each(['CONTRIBUTOR', 'FIRST_TIME_CONTRIBUTOR', 'NONE', undefined])('of a stranger (%s) do not', async (as) => {
    const stranger = { ...review(eve, 'APPROVED', head, 2), author_association: as }
    const why = `eve (${as ?? 'association unknown'}) does not count, expected an owner, member or collaborator`
    expect(await said([stranger])).toMatchObject({ ok: false, detail: expect.stringContaining(why) })
    expect(await said([review(bob, 'APPROVED', head, 1), stranger])).toMatchObject({
      ok: true,
      by: 'bob',
      detail: expect.stringContaining(why),
    })
    // Nor can a stranger hold a release.
    const against = { ...stranger, state: 'CHANGES_REQUESTED' }
    expect(await said([review(bob, 'APPROVED', head, 1), against])).toMatchObject({ ok: true })
  })

  it('of whoever wrote a commit of the pull request do not count', async () => {
    const commits = [{ author: ann }, { author: { ...bob, login: 'Bob' } }, { author: null }, { author: {} }]
    const reviews = [review(bob, 'APPROVED', head)]
    expect(await said(reviews, 1, {}, commits)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('bob wrote commits of it and does not count'),
    })
    expect(await said([...reviews, review(eve, 'APPROVED', head)], 1, {}, commits)).toMatchObject({
      ok: true,
      by: 'eve',
    })
  })

  it('that do not count are told each once with why, and nobody else is', async () => {
    const [cyd, dan, fay] = ['cyd', 'dan', 'fay'].map((login) => ({ login, type: 'User' }))
    const reviews = [
      review(ann, 'APPROVED', head, 1),
      review(bob, 'APPROVED', head, 2),
      review(cyd, 'APPROVED', head, 3, 'NONE'),
      review(dan, 'DISMISSED', head, 4, 'NONE'),
      review(fay, 'DISMISSED', head, 5),
      review(eve, 'APPROVED', head, 6),
    ]
    const about = 'pull request #7 approved by eve'
    const aside =
      '; its author cannot approve it; bob wrote commits of it and does not count; cyd (NONE) does not count, expected an owner, member or collaborator of the repository'
    expect((await said(reviews, 1, {}, [{ author: bob }, { author: fay }])).detail).toBe(`${about}${aside}`)
  })

  it('do not where GitHub does not list everybody who wrote it', async () => {
    const commits = Array.from({ length: 250 }, () => ({ author: ann }))
    expect(await said([review(bob, 'APPROVED', head)], 1, {}, commits.slice(1))).toMatchObject({ ok: true })
    expect(await said([review(bob, 'APPROVED', head)], 1, {}, commits)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('expected fewer than 250 commits'),
    })
  })

  it('count after changes that were asked for were made', async () => {
    const reviews = [review(bob, 'CHANGES_REQUESTED', 'b'.repeat(40), 1), review(bob, 'APPROVED', head, 2)]
    expect(await said(reviews)).toMatchObject({ ok: true, by: 'bob' })
  })

  it('are read to the last page', async () => {
    const comments = Array.from({ length: 230 }, (_, at) => review(eve, 'COMMENTED', head, at % 60))
    expect(await said([...comments, review(bob, 'APPROVED', head, 59)])).toMatchObject({ ok: true, by: 'bob' })
  })

  it('of a pull request without end are no answer', async () => {
    const many = Array.from({ length: 1_000 }, () => review(eve, 'APPROVED', head))
    await expect(said(many)).rejects.toMatchObject({
      type: 'Invalid',
      message: expect.stringContaining('at most 1000'),
    })
  })

  it('count for the head of an open pull request', async () => {
    const pull = { state: 'open', merged_at: null, merge_commit_sha: null, head: { sha: commit } }
    expect(await said([review(bob, 'APPROVED', commit)], 1, pull)).toMatchObject({ ok: true })
  })

  it.each([
    ['was closed unmerged', { state: 'closed', merged_at: null, head: { sha: commit } }],
    ['only contains the commit', { merge_commit_sha: 'c'.repeat(40) }],
  ])('of a pull request that %s are about another commit', async (_, pull) => {
    expect(await said([review(bob, 'APPROVED', head)], 1, pull)).toMatchObject({
      ok: false,
      detail: expect.stringContaining('got #7, whose last commit is another one'),
    })
  })
})

async function said(reviews: unknown[], required = 1, pull: object = {}, commits?: unknown[]) {
  const github = await fakeGitHub(commitOnGitHub(commit, { reviews, pull, ...(commits && { commits }) }))
  const { activities } = await evidence(github.environment)
  return await activities.askProvider(orderOf({ kind: 'github_approvals', ...github.place, required }))
}
