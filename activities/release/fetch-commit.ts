import { validateRepositoryLocation } from '../../src/domain/repository-location.ts'
import { isCommitId } from '../../src/domain/version.ts'
import { invalid, type Plumbing } from '../git/plumbing.ts'

/**
 * Brings a commit into a repository of ours. One that is there already needs no network: a release that was planned can
 * be fetched while its repository is away, if it was ever seen. Throws `Invalid` when the repository does not have it.
 */
export async function fetchCommit(plumbing: Plumbing, location: string, commit: string): Promise<void> {
  requireSafe(location, commit)
  if ((await plumbing.commitOf(commit)) === commit) return
  await plumbing.must([...fetch, '--', location, '+refs/heads/*:refs/belay/heads/*', '+refs/tags/*:refs/belay/tags/*'])
  if ((await plumbing.commitOf(commit)) === commit) return
  // On no branch and no tag: some servers give it out all the same.
  await plumbing.run([...fetch, '--', location, `+${commit}:refs/belay/commits/${commit}`])
  if ((await plumbing.commitOf(commit)) === commit) return
  throw invalid(`commit ${commit}: expected it on a branch or tag of the repository, found none; push it first`)
}

/** Throws `Invalid`; a password in the location is told nowhere. */
export function requireSafe(location: string, commit: string): void {
  const checked = validateRepositoryLocation(location)
  if ('problem' in checked) throw invalid(checked.problem)
  if (checked.kind === 'path' && !location.startsWith('/')) {
    throw invalid('repository: expected an absolute path or an https or ssh URL, got a relative path')
  }
  if (!isCommitId(commit)) {
    throw invalid(`commit: expected all 40 digits of the commit id, got ${JSON.stringify(commit.slice(0, 60))}`)
  }
}

const fetch = ['fetch', '--quiet', '--no-tags', '--prune', '--no-write-fetch-head', '--no-recurse-submodules']
