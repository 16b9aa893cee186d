import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Repository } from '../../src/domain/plan.ts'
import { validatePushTarget, validateRepositoryLocation } from '../../src/domain/repository-location.ts'
import { sha256Of } from '../disk/sha256.ts'
import type { Git } from './git.ts'
import { createPlumbing, invalid, type Plumbing } from './plumbing.ts'

/** A repository to work in, whether it is the user's own directory or our mirror of a URL. */
export type OpenRepository = {
  plumbing: Plumbing
  /** Where branches and tags of the truth are: `refs/`, or `refs/origin/` in a mirror. */
  truth: 'refs/' | 'refs/origin/'
  /** Brings the truth up to date; nothing to do in the user's own directory. */
  refresh(): Promise<void>
  /** A remote's name or a location; null: nothing is pushed. */
  push: string | null
}

export async function openRepository(given: {
  git: Git
  stateDirectory: string
  repository: Repository
}): Promise<OpenRepository> {
  const { git, stateDirectory, repository } = given
  const location = validateRepositoryLocation(repository.location)
  if ('problem' in location) throw invalid(location.problem)
  const push = pushTargetOf(repository)
  if (location.kind === 'url') return openMirror(git, stateDirectory, location.location, push)
  const plumbing = createPlumbing(git, await gitDirectoryOf(git, location.location))
  return { plumbing, truth: 'refs/', refresh: () => Promise.resolve(), push }
}

function pushTargetOf(repository: Repository): string | null {
  if (repository.push === null) return null
  const target = validatePushTarget(repository.push)
  if ('problem' in target) throw invalid(target.problem)
  return target.remote
}

/** The common directory: of a linked work tree, too, branches and tags are there. */
async function gitDirectoryOf(git: Git, path: string): Promise<string> {
  const found = await git.run(['-C', path, 'rev-parse', '--path-format=absolute', '--git-common-dir'])
  if (found.exitCode === 0) return found.stdout.trimEnd()
  throw invalid(`repository: expected a git repository at ${path}, got: ${found.stderr.trim().slice(0, 300)}`)
}

/** Branches and tags of the origin are kept apart from ours, so that a tag that vanished there is not believed here. */
async function openMirror(git: Git, stateDirectory: string, url: string, push: string | null): Promise<OpenRepository> {
  const name = `${sha256Of(url).slice(0, 16)}.git`
  const directory = join(stateDirectory, 'repositories', name)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const plumbing = createPlumbing(git, directory)
  await plumbing.must(['init', '--quiet', '--bare'])
  const refspecs = ['+refs/heads/*:refs/origin/heads/*', '+refs/tags/*:refs/origin/tags/*']
  return {
    plumbing,
    truth: 'refs/origin/',
    async refresh() {
      await plumbing.must(['fetch', '--quiet', '--prune', '--no-tags', '--no-write-fetch-head', '--', url, ...refspecs])
    },
    push: push === 'origin' ? url : push,
  }
}
