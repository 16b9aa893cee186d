import { chmod, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGitActivities } from '../../activities/git/activities.ts'
import { createGit } from '../../activities/git/git.ts'
import {
  activitiesOn,
  at,
  deployed,
  deploymentsIn,
  entry,
  makeRepositories,
  type Repositories,
  repositoryAt,
} from './repositories.ts'

let repos: Repositories
let activities: ReturnType<typeof createGitActivities>
beforeEach(async () => {
  repos = await makeRepositories()
  activities = activitiesOn(repos)
})
afterEach(() => repos.remove())

describe('the record of a deployment in git', () => {
  it('is a tag and an empty commit with the log entry, and touches no work tree, index or branch of the user', async () => {
    const before = await snapshot()
    const recorded = await activities.recordInGit(deployed(repos))
    expect(recorded).toMatchObject({
      tag: 'deploy/production/1.2.3/20240115T103000Z',
      branch: 'deployments/production',
      pushed: false,
    })
    const message = `${entry}\nBelay-Deployment: d-1\nBelay-Commit: ${repos.first}`
    expect(await repos.git('for-each-ref', '--format=%(contents)', `refs/tags/${recorded.tag}`)).toBe(message)
    expect(await repos.git('rev-parse', `${recorded.tag}^{commit}`)).toBe(repos.first)
    expect(await repos.git('log', '--format=%B', 'deployments/production')).toBe(message)
    expect(await repos.git('ls-tree', '-r', 'deployments/production')).toBe('')
    expect(await repos.git('log', '-1', '--format=%cI %cn', 'deployments/production')).toBe(
      '2024-01-15T10:30:00+00:00 Belay',
    )
    expect(await snapshot()).toEqual(before)
    await repos.git('fsck', '--strict')
  })

  it('is written once, however often it runs, also when the later runs come late', async () => {
    const first = await activities.recordInGit(deployed(repos))
    const other = await activities.recordInGit(deployed(repos, { deployment: 'd-2', at: '2024-01-15T11:00:00Z' }))
    expect(await activities.recordInGit(deployed(repos))).toEqual(first)
    expect(other.tag).not.toBe(first.tag)
    expect(await deploymentsIn(repos.git)).toEqual(['d-2', 'd-1'])
    expect(await repos.git('tag', '--list', 'deploy/*')).toBe(`${first.tag}\n${other.tag}`)
  })

  it('is whole after one more run, at whatever git command the worker died', async () => {
    const git = createGit({ environment: process.env })
    const repository = repositoryAt(repos.work, 'origin')
    for (let dies = 1, died = true; died; dies += 1) {
      const second = String(dies).padStart(2, '0')
      const given = { ...deployed(repos, { deployment: `d-${dies}`, at: `2024-01-15T10:30:${second}Z` }), repository }
      let commands = 0
      const dying = {
        run: async (...asked: Parameters<typeof git.run>) => {
          commands += 1
          if (commands >= dies) throw new Error('the worker died')
          return git.run(...asked)
        },
      }
      const worker = createGitActivities({ git: dying, stateDirectory: repos.root, clock: () => new Date(at) })
      died = await worker.recordInGit(given).then(
        () => false,
        () => true,
      )
      const recorded = await activities.recordInGit(given)
      expect(await repos.atOrigin('tag', '--list', '--points-at', repos.first, recorded.tag)).toBe(recorded.tag)
      const expected = Array.from({ length: dies }, (_, index) => `d-${dies - index}`)
      expect(await deploymentsIn(repos.atOrigin)).toEqual(expected)
      expect((await repos.atOrigin('tag', '--list', 'deploy/*')).split('\n')).toHaveLength(dies)
    }
  }, 60_000)

  it('gets a numbered tag when another deployment had the same version in the same second', async () => {
    await activities.recordInGit(deployed(repos))
    const second = await activities.recordInGit(deployed(repos, { deployment: 'd-2' }))
    expect(second.tag).toBe('deploy/production/1.2.3/20240115T103000Z-2')
    expect(await activities.recordInGit(deployed(repos, { deployment: 'd-2' }))).toEqual(second)
  })

  it('loses none of many that are written at the same time', async () => {
    const names = Array.from({ length: 6 }, (_, index) => `d-${index}`)
    await Promise.all(names.map((deployment) => activities.recordInGit(deployed(repos, { deployment }))))
    expect((await deploymentsIn(repos.git)).sort()).toEqual(names)
  }, 20_000)

  it('is pushed where asked, and pushed by the next run when the push failed', async () => {
    const hook = join(repos.bare, 'hooks', 'pre-receive')
    await writeFile(hook, '#!/bin/sh\nexit 1\n')
    await chmod(hook, 0o755)
    const pushing = { ...deployed(repos), repository: repositoryAt(repos.work, 'origin') }
    await expect(activities.recordInGit(pushing)).rejects.toThrow('expected it on the remote')
    await chmod(hook, 0o644)
    const recorded = await activities.recordInGit(pushing)
    expect(recorded.pushed).toBe(true)
    expect(await deploymentsIn(repos.atOrigin)).toEqual(['d-1'])
    expect(await repos.atOrigin('rev-parse', recorded.tag)).toBe(await repos.git('rev-parse', recorded.tag))
  })

  it('joins what another worker pushed from a repository of its own, with nothing lost and nothing twice', async () => {
    const other = await makeRepositories()
    try {
      const here = repositoryAt(repos.work, repos.bare)
      const there = repositoryAt(other.work, repos.bare)
      const theirs = { repository: there, commit: other.first }
      await activities.recordInGit(deployed(repos))
      await activities.recordInGit({ ...deployed(repos, { deployment: 'd-3' }), repository: here })
      await expect(
        activities.recordInGit({ ...deployed(repos, { deployment: 'd-4' }), ...theirs }),
      ).resolves.toMatchObject({
        pushed: true,
      })
      await activities.recordInGit(deployed(repos, { deployment: 'd-5' }))
      await activities.recordInGit({ ...deployed(repos, { deployment: 'd-4' }), ...theirs })
      await activities.recordInGit({ ...deployed(repos, { deployment: 'd-6' }), repository: here })
      expect(await deploymentsIn(repos.atOrigin)).toEqual(['d-6', 'd-5', 'd-4', 'd-3', 'd-1'])
    } finally {
      await other.remove()
    }
  })

  it.each([
    [{ version: '../x' }, 'version: expected'],
    [{ environment: '../prod' }, 'environment: expected'],
    [{ commit: '-x' }, 'commit: expected'],
    [{ at: 'soon' }, 'at: expected'],
  ])('with %o is refused', async (given, why) => {
    const refused = activities.recordInGit({ ...deployed(repos), ...given })
    await expect(refused).rejects.toMatchObject({ type: 'Invalid', message: expect.stringContaining(why) })
  })
})

async function snapshot() {
  const index = await readFile(join(repos.work, '.git', 'index'))
  const status = await repos.git('status', '--porcelain')
  const head = await repos.git('rev-parse', 'HEAD', 'main')
  return { files: await readdir(repos.work), index: index.toString('hex'), status, head }
}
