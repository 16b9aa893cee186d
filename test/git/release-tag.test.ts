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

describe('the tag of a release', () => {
  it('is annotated, names who asked, and is made once', async () => {
    const wanted = { repository: repositoryAt(repos.work), version: '1.0.0', commit: repos.first, by: 'ann\nx: y' }
    expect(await activities.createReleaseTag(wanted)).toEqual({
      tag: 'v1.0.0',
      commit: repos.first,
      created: true,
      pushed: false,
    })
    const object = await repos.git('rev-parse', 'v1.0.0')
    expect(await activities.createReleaseTag(wanted)).toMatchObject({ created: false })
    expect(await repos.git('rev-parse', 'v1.0.0')).toBe(object)
    expect(await repos.git('cat-file', 'tag', 'v1.0.0')).toContain('Release 1.0.0\n\nBelay-Tagged-By: ann?x: y')
    await repos.git('fsck', '--strict')
  })

  it('is made once by many at the same time', async () => {
    const wanted = { repository: repositoryAt(repos.work), version: '1.0.0', commit: repos.first, by: 'ann' }
    const all = await Promise.all(Array.from({ length: 5 }, () => activities.createReleaseTag(wanted)))
    expect(all.filter(({ created }) => created)).toHaveLength(1)
  })

  it('never moves', async () => {
    await repos.git('tag', 'v1.0.0')
    const second = await repos.commit('second')
    const moved = activities.createReleaseTag({
      repository: repositoryAt(repos.work),
      version: '1.0.0',
      commit: second,
      by: 'ann',
    })
    await expect(moved).rejects.toMatchObject({ type: 'TagMoved', nonRetryable: true })
    expect(await repos.git('rev-parse', 'v1.0.0')).toBe(repos.first)
  })

  it('is pushed where asked, and is TagMoved when the remote has it elsewhere', async () => {
    const repository = repositoryAt(repos.work, 'origin')
    await activities.createReleaseTag({ repository, version: '1.0.0', commit: repos.first, by: 'ann' })
    expect(await repos.atOrigin('rev-parse', 'v1.0.0^{commit}')).toBe(repos.first)
    const second = await repos.commit('second')
    await repos.git('push', '--quiet', 'origin', 'main', `${repos.first}:refs/tags/v1.1.0`)
    const moved = activities.createReleaseTag({ repository, version: '1.1.0', commit: second, by: 'ann' })
    await expect(moved).rejects.toMatchObject({ type: 'TagMoved' })
    expect(await repos.git('tag', '--list', 'v1.1.0')).toBe('')
  })
})
