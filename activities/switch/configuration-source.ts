import { open, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { ConfigurationFile, Plan } from '../../src/domain/plan.ts'
import { isErrno } from '../disk/atomic.ts'
import { isBelow } from '../disk/safe-path.ts'
import type { Git } from '../git/git.ts'
import { createWorkTree } from '../git/work-tree.ts'
import { hostPaths } from '../host/paths.ts'
import { readNotes } from '../release/release-note.ts'

export type Source = { bytes: Uint8Array; executable: boolean }

/**
 * A configuration file as the release brings it: from its directory, so that a build may make it; where the service is
 * checked out in place, from the commit, because that is not checked out yet. Throws `Invalid` when it is not there.
 */
export async function readSource(
  git: Git,
  plan: Pick<Plan, 'environment' | 'release' | 'layout'>,
  releaseDirectory: string,
  file: ConfigurationFile,
): Promise<Source> {
  const source = file.source.replaceAll('{environment}', plan.environment)
  if (!isInner(source)) throw invalid(source, 'a path below the release')
  return plan.layout.mode === 'in_place'
    ? await fromCommit(git, plan, source)
    : await fromDirectory(releaseDirectory, source)
}

/**
 * Refuses, before anything is changed, a plan whose configuration the release does not bring. Silent where the release
 * is not on this host yet.
 */
export async function requireSources(git: Git, plan: Plan): Promise<void> {
  const { directory, mode } = plan.layout
  const notes = (await readNotes(directory)).filter(
    ({ commit, state }) => commit === plan.release.commit && state !== 'making',
  )
  const [newest] = notes
  const place = mode === 'in_place' ? directory : newest && join(hostPaths(directory).releases, newest.name)
  if (place === undefined) return
  for (const file of plan.configuration) await readSource(git, plan, place, file)
}

async function fromDirectory(releaseDirectory: string, source: string): Promise<Source> {
  try {
    const [root, path] = await Promise.all([realpath(releaseDirectory), realpath(join(releaseDirectory, source))])
    if (!isBelow(path, root)) throw invalid(source, 'a file inside the release, not a symlink that leaves it')
    const handle = await open(path)
    try {
      const stat = await handle.stat()
      if (!stat.isFile()) throw invalid(source, 'an ordinary file')
      return { bytes: await handle.readFile(), executable: (stat.mode & 0o100) !== 0 }
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'ELOOP')) throw invalid(source, `a file in ${releaseDirectory}`)
    throw error
  }
}

async function fromCommit(
  git: Git,
  { layout, release }: Pick<Plan, 'layout' | 'release'>,
  source: string,
): Promise<Source> {
  const tree = createWorkTree(git, layout.directory)
  const entry = /^(\d+) blob ([0-9a-f]+)\t/.exec(
    await tree.must(['ls-tree', '-z', '--full-tree', '--end-of-options', release.commit, `:(literal)${source}`]),
  )
  const [mode, blob] = entry?.slice(1) ?? []
  if (blob === undefined || mode === '120000')
    throw invalid(source, `an ordinary file in ${release.commit.slice(0, 12)}`)
  const text = (await tree.run(['cat-file', 'blob', blob])).stdout
  // Git's output is read as text: other bytes would come out as different ones.
  if ((await tree.must(['hash-object', '--stdin', '--no-filters'], text)) !== blob) throw invalid(source, 'UTF-8 text')
  return { bytes: Buffer.from(text), executable: mode === '100755' }
}

function isInner(source: string): boolean {
  const parts = source.split('/')
  return !source.includes('\0') && parts.every((part) => part !== '' && part !== '.' && part !== '..')
}

function invalid(source: string, expected: string): ApplicationFailure {
  const message = `configuration source ${source}: expected ${expected}, got none; correct it in the release`
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
