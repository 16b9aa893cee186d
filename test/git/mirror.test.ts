import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createGitActivities } from '../../activities/git/activities.ts'
import { createGit } from '../../activities/git/git.ts'
import { at, deployed, deploymentsIn, makeRepositories, type Repositories, repositoryAt } from './repositories.ts'

let repos: Repositories
beforeEach(async () => {
  repos = await makeRepositories()
})
afterEach(() => repos.remove())

describe('a repository given as a URL', () => {
  it('is mirrored, and tag and record are pushed where the configuration says so', async () => {
    const { repository, remote } = await overSsh('origin')
    await repos.git('push', '--quiet', 'origin', 'main')
    const wanted = { repository, version: '1.0.0', commit: repos.first }
    expect(await remote.resolveRelease({ ...wanted, commit: 'main' })).toMatchObject({
      commit: repos.first,
      tagExists: false,
    })
    await remote.createReleaseTag({ ...wanted, by: 'ann' })
    expect(await remote.resolveRelease({ ...wanted, commit: null })).toMatchObject({
      commit: repos.first,
      tagExists: true,
    })
    await remote.recordInGit({ ...deployed(repos), repository })
    await remote.recordInGit({ ...deployed(repos), repository })
    expect(await deploymentsIn(repos.atOrigin)).toEqual(['d-1'])
    expect(await repos.atOrigin('tag', '--list')).toBe('deploy/production/1.2.3/20240115T103000Z\nv1.0.0')
  })

  it('is told to have moved its tag as soon as the origin has', async () => {
    const { repository, remote } = await overSsh(null)
    await repos.git('push', '--quiet', 'origin', 'main', 'main:refs/tags/v1.0.0')
    const wanted = { repository, version: '1.0.0', commit: repos.first }
    expect(await remote.resolveRelease(wanted)).toMatchObject({ tagExists: true })
    const second = await repos.commit('second')
    await repos.git('push', '--quiet', '--force', 'origin', 'main', `${second}:refs/tags/v1.0.0`)
    await expect(remote.resolveRelease(wanted)).rejects.toMatchObject({ type: 'TagMoved' })
  })

  it('gets nothing pushed where the configuration does not say so', async () => {
    const { repository, remote } = await overSsh(null)
    await repos.git('push', '--quiet', 'origin', 'main')
    await remote.createReleaseTag({ repository, version: '1.0.0', commit: repos.first, by: 'ann' })
    await remote.recordInGit({ ...deployed(repos), repository })
    expect(await repos.atOrigin('for-each-ref', '--format=%(refname)')).toBe('refs/heads/main')
  })
})

/** The bare repository behind an `ssh` that runs the command here: git's real transport, without a server. */
async function overSsh(push: string | null) {
  const bin = join(repos.root, 'bin')
  await mkdir(bin)
  await writeFile(join(bin, 'ssh'), '#!/bin/sh\nfor last; do :; done\nexec sh -c "$last"\n', { mode: 0o755 })
  const environment = { ...process.env, PATH: `${bin}:${process.env.PATH}` }
  const stateDirectory = join(repos.root, 'worker-ssh')
  const remote = createGitActivities({ git: createGit({ environment }), stateDirectory, clock: () => new Date(at) })
  return { remote, repository: repositoryAt(`git@origin.example.com:${repos.bare}`, push) }
}
