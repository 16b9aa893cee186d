import { lstat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { HostOrder, HostRecord } from '../../src/domain/host.ts'
import { isErrno } from '../disk/atomic.ts'
import { sha256Of } from '../disk/sha256.ts'
import type { Git } from '../git/git.ts'
import { createWorkTree } from '../git/work-tree.ts'
import { hostPaths } from '../host/paths.ts'
import { type ReleaseNote, readNote } from './release-note.ts'

/** Why a release of record could not go live again as it is; null: it can. */
export async function problemOfKept(git: Git, order: HostOrder, record: HostRecord): Promise<string | null> {
  const { releaseDirectory, release } = record
  if (releaseDirectory === order.directory) {
    if (record.outcome === 'ADOPTED') return null
    const commit = await createWorkTree(git, order.directory).commitOf(release.commit)
    return commit === release.commit
      ? null
      : `commit ${release.commit.slice(0, 12)} is not in ${order.directory} any more`
  }
  if (!(await isDirectory(releaseDirectory))) return `${releaseDirectory} is gone`
  // What was deployed by hand was not built by Belay: its directory is all that can be asked for.
  if (dirname(releaseDirectory) !== hostPaths(order.directory).releases || record.outcome === 'ADOPTED') return null
  const note = await readNote(order.directory, basename(releaseDirectory))
  if (note?.state !== 'built') return `${releaseDirectory} was never built to its end`
  return await isAt(git, releaseDirectory, note)
}

/** A service may have written into files of its release; that is no reason to have no way back. */
async function isAt(git: Git, releaseDirectory: string, note: ReleaseNote): Promise<string | null> {
  const commit = await createWorkTree(git, releaseDirectory).commitOf('HEAD')
  return commit === note.commit ? null : `${releaseDirectory} is not at ${note.commit.slice(0, 12)} any more`
}

/** Is it still the commit and tree that were built? null: yes. */
export async function problemOfBuilt(git: Git, releaseDirectory: string, note: ReleaseNote): Promise<string | null> {
  const moved = await isAt(git, releaseDirectory, note)
  if (moved !== null) return moved
  const changes = await changesIn(git, releaseDirectory)
  return changes === note.changes ? null : `files in ${releaseDirectory} were changed since it was built`
}

/** sha256 of all that differs from the commit in the files that it brought. */
export async function changesIn(git: Git, releaseDirectory: string): Promise<string> {
  const tree = createWorkTree(git, releaseDirectory)
  const difference = await tree.must([
    'diff',
    '--no-ext-diff',
    '--no-textconv',
    '--binary',
    '--no-renames',
    'HEAD',
    '--',
  ])
  return sha256Of(difference)
}

export async function requireKept(git: Git, order: HostOrder, record: HostRecord): Promise<void> {
  const problem = await problemOfKept(git, order, record)
  if (problem === null) return
  const message = `${order.host}: expected ${record.release.version} as it was built, got: ${problem}; name another release`
  throw ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}

async function isDirectory(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory()
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
