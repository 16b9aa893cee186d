import { rm } from 'node:fs/promises'
import { resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { Git } from '../git/git.ts'
import { createWorkTree, emptyTree, type WorkTree } from '../git/work-tree.ts'
import { commandOf, listProcesses, workingDirectoryOf } from '../process/proc.ts'

/** What a directory is checked out at. `branch`: the full name of the branch that HEAD is, if it is one. */
export type Head = { commit: string | null; branch: string | null }

export async function readHead(git: Git, directory: string): Promise<Head> {
  const tree = createWorkTree(git, directory)
  return { commit: await tree.commitOf('HEAD'), branch: await tree.branch() }
}

/**
 * Checks out `to` where the service lies (`mode: in_place`); a commit of null means that nothing of the repository is
 * there. Files that git does not know stay. Safe to repeat after being killed anywhere, and while an earlier git still
 * runs: it is waited for.
 */
export async function settleCheckout(git: Git, directory: string, to: Head): Promise<void> {
  const tree = createWorkTree(git, directory)
  await unlockIndex(tree, directory)
  if (to.commit === null) {
    await tree.must(['read-tree', '--reset', '-u', await emptyTree(tree)])
    if (to.branch !== null) await tree.must(['symbolic-ref', 'HEAD', to.branch])
    return
  }
  await tree.must(['checkout', '--quiet', '--force', '--detach', to.commit])
  if (to.branch !== null && (await tree.commitOf(to.branch)) === to.commit) {
    await tree.must(['symbolic-ref', 'HEAD', to.branch])
  }
  await requireHead(tree, to)
}

/** Our lock is held, so an index.lock is somebody's who was killed, unless a git works here right now. */
async function unlockIndex(tree: WorkTree, directory: string): Promise<void> {
  for (const giveUpAt = performance.now() + longestGitMs; gitWorksIn(directory); await pause(100)) {
    if (performance.now() > giveUpAt) {
      throw new Error(
        `${directory}: expected git to end within ${longestGitMs} ms, it still works there; look at it by hand`,
      )
    }
  }
  const lock = await tree.must(['rev-parse', '--git-path', 'index.lock'])
  await rm(resolve(directory, lock), { force: true })
}

const longestGitMs = 60_000

function gitWorksIn(directory: string): boolean {
  return listProcesses().some(({ pid }) => commandOf(pid) === 'git' && workingDirectoryOf(pid) === directory)
}

async function requireHead(tree: WorkTree, to: Head): Promise<void> {
  const got = await tree.commitOf('HEAD')
  if (got !== to.commit) throw new Error(`checkout: expected HEAD at ${to.commit}, got ${got}`)
}
