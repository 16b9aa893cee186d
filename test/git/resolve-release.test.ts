import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { createGitActivities } from '../../activities/git/activities.ts'
import { activitiesOn, makeRepositories, type Repositories, repositoryAt } from './repositories.ts'

let repos: Repositories
let activities: ReturnType<typeof createGitActivities>
beforeEach(async () => {
  repos = await makeRepositories()
  activities = activitiesOn(repos)
})
afterEach(() => repos.remove())

describe('resolving a release', () => {
  it('gives the commit of a lightweight or an annotated tag', async () => {
    await repos.git('tag', 'v1.0.0')
    await repos.git('tag', '--annotate', 'v1.1.0', '--message', 'annotated')
    await repos.git('tag', '--annotate', 'v1.2.0', 'v1.1.0', '--message', 'a tag of a tag')
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) {
      expect(await resolve(version)).toEqual({ commit: repos.first, tag: `v${version}`, tagExists: true })
    }
  })

  it('gives a commit by its id, a branch or a tag when the release has no tag yet', async () => {
    const expected = { commit: repos.first, tag: 'v1.0.0', tagExists: false }
    await repos.git('tag', 'candidate')
    for (const name of [repos.first, 'main', 'refs/heads/main', 'candidate', 'refs/tags/candidate']) {
      expect(await resolve('1.0.0', name)).toEqual(expected)
    }
  })

  it('fails for good when the tag is at another commit than the one asked for', async () => {
    await repos.git('tag', 'v1.0.0')
    const second = await repos.commit('second')
    await expect(resolve('1.0.0', second)).rejects.toMatchObject({
      type: 'TagMoved',
      nonRetryable: true,
      details: [{ tag: 'v1.0.0', expected: second, got: repos.first }],
    })
  })

  it.each([
    ['1.0.0', null, 'expected a tag v1.0.0 or a commit, got neither'],
    ['1.0.0', 'f'.repeat(40), 'found none; push it first'],
    ['1.0.0', 'nowhere', 'expected a branch or tag'],
    ['1.0.0', '--upload-pack=touch x', 'leading "-"'],
    ['1.0.0', 'HEAD', 'HEAD and @ are not'],
    ['1.0.0', 'main~1', 'a full commit id'],
    ['1.0.0', 'abc1234', 'all 40 digits'],
    ['$(id)', null, 'version: expected'],
    ['-rf', null, 'leading "-"'],
  ])('of %s at %s is refused', async (version, commit, why) => {
    await expect(resolve(version, commit)).rejects.toMatchObject({
      type: 'Invalid',
      nonRetryable: true,
      message: expect.stringContaining(why),
    })
  })

  it('refuses a name that is both a branch and a tag, and a tag that leads to no commit', async () => {
    await repos.git('branch', 'both')
    await repos.git('tag', 'both')
    await expect(resolve('1.0.0', 'both')).rejects.toThrow('expected one meaning')
    expect(await resolve('1.0.0', 'refs/heads/both')).toMatchObject({ commit: repos.first })
    await repos.git('tag', 'v2.0.0', 'main:app.txt')
    await expect(resolve('2.0.0')).rejects.toThrow('expected it to lead to a commit')
  })

  it.each([
    'ext::sh -c touch% x',
    '--upload-pack=touch x',
    'https://ann:hunter2@127.0.0.1:1/r',
    'file:///srv',
    'http://127.0.0.1/x',
  ])('in %s is refused without asking git, and a password is printed nowhere', async (location) => {
    const asked = activities.resolveRelease({ repository: repositoryAt(location), version: '1.0.0', commit: null })
    const failure = await asked.catch((error: unknown) => error)
    expect(failure).toMatchObject({ type: 'Invalid', nonRetryable: true })
    expect(String(failure)).not.toContain('hunter2')
  })

  it('in a directory that is no repository is refused for good, and a remote that is away is tried again', async () => {
    const none = activities.resolveRelease({ repository: repositoryAt(repos.root), version: '1.0.0', commit: null })
    await expect(none).rejects.toMatchObject({ type: 'Invalid' })
    const url = repositoryAt('https://127.0.0.1:1/shop.git')
    const away = await activities
      .resolveRelease({ repository: url, version: '1.0.0', commit: null })
      .catch((error) => error)
    expect(away).toBeInstanceOf(Error)
    expect(away).not.toHaveProperty('nonRetryable', true)
  })
})

function resolve(version: string, commit: string | null = null) {
  return activities.resolveRelease({ repository: repositoryAt(repos.work), version, commit })
}
