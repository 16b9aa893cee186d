import { readdir } from 'node:fs/promises'
import type { HostOrder } from '../../src/domain/host.ts'
import type { ReleaseLayout } from '../../src/domain/plan.ts'
import type { Git } from '../git/git.ts'
import { createPlumbing, invalid } from '../git/plumbing.ts'
import type { Steps } from '../step/steps.ts'
import { runBuild } from './build.ts'
import type { Fetched, FetchOrder } from './fetch.ts'
import { fetchCommit } from './fetch-commit.ts'

/** Only brings the commit into the repository that is checked out there; nothing of the work tree changes. */
export async function fetchInPlace(git: Git, { order, repository, release }: FetchOrder): Promise<Fetched> {
  const { directory } = order
  const names = (await readdir(directory)).filter((name) => name !== '.belay')
  const plumbing = createPlumbing(git, `${directory}/.git`)
  if (!names.includes('.git')) {
    if (names.length > 0)
      throw invalid(`${directory}: expected a git work tree or nothing, got other files; clone it there`)
    await git.run(['init', '--quiet', '--', directory])
  }
  await fetchCommit(plumbing, repository.location, release.commit)
  await plumbing.must(['update-ref', `refs/belay/releases/${release.version}`, release.commit])
  return { releaseDirectory: directory, reused: false }
}

/** In place there is nothing to build in before the checkout: it is done right after it, each way. */
export async function buildInPlace(
  steps: Steps,
  asked: { order: HostOrder; layout: ReleaseLayout; name: string; try: number },
): Promise<void> {
  const { order, layout } = asked
  if (layout.mode !== 'in_place' || layout.build.length === 0) return
  await runBuild(steps, { ...asked, cwd: order.directory })
}
