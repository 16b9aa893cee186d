import type { Git } from '../../activities/git/git.ts'
import type { Repository } from '../domain/plan.ts'

/** The newest versions that have a tag, for somebody who mistyped one; none where the repository is not on this machine. */
export async function knownVersions(git: Git, repository: Repository): Promise<string[]> {
  if (!repository.location.startsWith('/')) return []
  const [before = '', after = ''] = repository.tag.split('{version}')
  const pattern = `refs/tags/${before}*${after}`
  const args = ['for-each-ref', '--count=8', '--sort=-version:refname', '--format=%(refname:strip=2)', pattern]
  const listed = await git.run(args, { cwd: repository.location, timeoutMs: 5_000 }).catch(() => null)
  if (listed?.exitCode !== 0) return []
  const tags = listed.stdout.split('\n').filter((tag) => tag !== '')
  return tags.map((tag) => tag.slice(before.length, tag.length - after.length))
}
