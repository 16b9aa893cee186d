import { relative } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { Git } from '../git/git.ts'
import { createWorkTree } from '../git/work-tree.ts'
import type { Head } from './checkout-state.ts'

/**
 * Refuses to check out over what somebody has changed, or over a file that git does not know. `ours`: files that Belay
 * keeps itself.
 */
export async function requireRoom(git: Git, directory: string, to: Head, ours: readonly string[]): Promise<void> {
  const tree = createWorkTree(git, directory)
  const own = new Set(ours.map((path) => relative(directory, path)))
  const status = await tree.must(['status', '--porcelain=v1', '-z', '--untracked-files=no', '--no-renames'])
  const changed = status
    .split('\0')
    .map((line) => line.slice(3))
    .filter((path) => path !== '' && !own.has(path))
  if (changed.length > 0) throw occupied(directory, `changes in ${changed.slice(0, 5).join(', ')}`)
  if (to.commit === null) return
  const trees = (await tree.commitOf('HEAD')) === null ? [to.commit] : ['HEAD', to.commit]
  const dry = await tree.run(['read-tree', '--dry-run', '-m', '-u', ...trees])
  const blocking = dry.stderr.trim().slice(-500)
  const onlyOurs = [...own].some((path) => blocking.includes(`'${path}'`))
  if (dry.exitCode !== 0 && !onlyOurs) throw occupied(directory, blocking)
}

function occupied(directory: string, got: string): ApplicationFailure {
  const message = `${directory}: expected nothing that a checkout would overwrite, got ${got}; commit, move or discard it`
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
