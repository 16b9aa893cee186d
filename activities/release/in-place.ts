import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostOrder } from '../../src/domain/host.ts'
import type { ReleaseLayout } from '../../src/domain/plan.ts'
import { fsyncDirectory } from '../disk/atomic.ts'
import type { Git } from '../git/git.ts'
import { createPlumbing, invalid } from '../git/plumbing.ts'
import { hostPaths } from '../host/paths.ts'
import { realOr } from '../process/release-of.ts'
import type { Steps } from '../step/steps.ts'
import { runBuild } from './build.ts'
import { exists, type Fetched, type FetchOrder } from './fetch.ts'
import { fetchCommit } from './fetch-commit.ts'

/**
 * Only brings the commit into the repository that is checked out there; nothing of the work tree changes. Its files are
 * laid out in Belay's own state as well: its migrations run before it is checked out, and are reverted after it is gone.
 */
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
  const source = await layOut(git, directory, release.commit)
  return { releaseDirectory: directory, reused: false, source }
}

/** Plain files, which no git knows of. In its place with one rename: what is there is complete. */
async function layOut(git: Git, directory: string, commit: string): Promise<string> {
  const { sources } = hostPaths(directory)
  const [place, making] = [join(sources, commit), join(sources, `${commit}.making`)]
  if (await exists(place)) return place
  await mkdir(sources, { recursive: true, mode: 0o700 })
  await rm(making, { recursive: true, force: true })
  const plumbing = createPlumbing(git, `${directory}/.git`)
  await plumbing.must(['worktree', 'prune'])
  await plumbing.must(['worktree', 'add', '--quiet', '--force', '--detach', '--', making, commit])
  await rm(join(making, '.git'))
  await plumbing.must(['worktree', 'prune'])
  await rename(making, place)
  await fsyncDirectory(sources)
  return place
}

/** All but the `keep` newest, and never one that is needed to revert a migration. */
export async function pruneSources(directory: string, keep: number, needed: ReadonlySet<string>): Promise<string[]> {
  const { sources } = hostPaths(directory)
  const names = (await exists(sources)) ? await readdir(sources) : []
  const aged = await Promise.all(
    names.map(async (name) => ({ path: join(sources, name), at: (await stat(join(sources, name))).mtimeMs })),
  )
  const old = aged.toSorted((a, b) => b.at - a.at).slice(Math.max(0, keep))
  const removed = old.map(({ path }) => path).filter((path) => !needed.has(realOr(path)))
  for (const path of removed) await rm(path, { recursive: true, force: true })
  return removed
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
