import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createGitActivities } from '../../activities/git/activities.ts'
import { createGit } from '../../activities/git/git.ts'
import type { Repository } from '../../src/domain/plan.ts'

const run = promisify(execFile)

/** A real repository with a work tree, branch `main` and one commit, and a bare one beside it to push to. */
export async function makeRepositories() {
  const root = await mkdtemp(join(tmpdir(), 'belay-git-'))
  const work = join(root, 'shop')
  const bare = join(root, 'origin.git')
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', bare])
  await run('git', ['init', '--quiet', '--initial-branch=main', work])
  const git = async (...args: string[]) => (await run('git', ['-C', work, ...identity, ...args])).stdout.trim()
  const atOrigin = async (...args: string[]) => (await run('git', ['-C', bare, ...args])).stdout.trim()
  const commit = async (text: string) => {
    await writeFile(join(work, 'app.txt'), text)
    await git('add', 'app.txt')
    await git('commit', '--quiet', '--message', text)
    return git('rev-parse', 'HEAD')
  }
  await git('remote', 'add', 'origin', bare)
  const first = await commit('first')
  return { root, work, bare, git, atOrigin, commit, first, remove: () => rm(root, { recursive: true, force: true }) }
}

export type Repositories = Awaited<ReturnType<typeof makeRepositories>>

export function repositoryAt(location: string, push: string | null = null): Repository {
  return { location, tag: 'v{version}', push }
}

export const entry = '[2024-01-15 10:30:00] DEPLOYMENT\nVersion: 1.2.3\nRollback: N/A\n'
export const at = '2024-01-15T10:30:00.000Z'

/** A worker's activities, at a time of their own. */
export function activitiesOn(repos: Repositories) {
  const stateDirectory = join(repos.root, 'worker-1')
  return createGitActivities({
    git: createGit({ environment: process.env }),
    stateDirectory,
    clock: () => new Date(at),
  })
}

export function deployed(repos: Repositories, given: { deployment?: string; at?: string } = {}) {
  const release = { version: '1.2.3', commit: repos.first }
  return {
    repository: repositoryAt(repos.work),
    environment: 'production',
    ...release,
    at,
    entry,
    deployment: 'd-1',
    ...given,
  }
}

/** Newest first. */
export async function deploymentsIn(git: (...args: string[]) => Promise<string>): Promise<string[]> {
  const format = '--format=%(trailers:key=Belay-Deployment,valueonly,separator=%x2C)'
  return (await git('log', format, 'deployments/production')).split('\n')
}

const identity = ['-c', 'user.name=Ann', '-c', 'user.email=ann@example.com']
