import { lstat, mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostOrder } from '../../src/domain/host.ts'
import type { Release, ReleaseLayout, Repository } from '../../src/domain/plan.ts'
import { isErrno } from '../disk/atomic.ts'
import { exclusively } from '../disk/exclusive.ts'
import { sha256OfData } from '../disk/sha256.ts'
import type { Git } from '../git/git.ts'
import { createPlumbing, invalid } from '../git/plumbing.ts'
import { createWorkTree } from '../git/work-tree.ts'
import { hostPaths } from '../host/paths.ts'
import { fetchCommit } from './fetch-commit.ts'
import { changesIn, problemOfBuilt } from './kept-release.ts'
import { type ReleaseNote, readNote, writeNote } from './release-note.ts'

export type FetchOrder = { order: HostOrder; repository: Repository; release: Release; layout: ReleaseLayout }
/** `source`: where the release's files are before it is live, if not in `releaseDirectory`. */
export type Fetched = { releaseDirectory: string; reused: boolean; source?: string }

/**
 * Puts the commit beside the live release. A directory that is there already is used only if it is this commit, was
 * built to its end and is unchanged since; otherwise the release gets another name. Safe to repeat after being killed
 * anywhere: a directory that was not finished is made anew.
 */
export async function fetchBeside(git: Git, asked: FetchOrder): Promise<Fetched> {
  const { directory } = asked.order
  return await exclusively(join(hostPaths(directory).state, 'releases.lock'), () => place(git, asked), longestWaitMs)
}

/** Releases built by other commands are other releases. */
function buildDigest(layout: ReleaseLayout): string {
  return sha256OfData(layout.build)
}

const longestWaitMs = 600_000
const mostNames = 50

async function place(git: Git, asked: FetchOrder): Promise<Fetched> {
  const { order, release, repository } = asked
  const { repository: mirror, releases } = hostPaths(order.directory)
  await mkdir(releases, { recursive: true, mode: 0o755 })
  const plumbing = createPlumbing(git, mirror)
  await plumbing.must(['init', '--quiet', '--bare'])
  await fetchCommit(plumbing, repository.location, release.commit)
  for (const name of names(release)) {
    const releaseDirectory = join(releases, name)
    const found = await look(git, asked, name)
    if (found === 'other') continue
    if (found === 'absent') await make(git, asked, name)
    return { releaseDirectory, reused: found === 'reusable' }
  }
  throw invalid(`${releases}: expected a free name for ${release.version}, got ${mostNames} taken ones; remove some`)
}

function names({ version, commit }: Release): string[] {
  const more = `${version}-${commit.slice(0, 12)}`
  return [version, more, ...Array.from({ length: mostNames }, (_, index) => `${more}-${index + 2}`)]
}

/** `own`: this deployment made it before; `absent`: nothing is there, or what was not finished. */
async function look(git: Git, asked: FetchOrder, name: string): Promise<'own' | 'reusable' | 'absent' | 'other'> {
  const { order, release, layout } = asked
  const releaseDirectory = join(hostPaths(order.directory).releases, name)
  const note = await readNote(order.directory, name)
  const there = await exists(releaseDirectory)
  if (note === null) return there ? 'other' : 'absent'
  if (note.state === 'making' || !there) return 'absent'
  if (note.commit !== release.commit || note.build !== buildDigest(layout)) return 'other'
  const own = note.deployment === order.deployment
  if (note.state === 'fetched') return own ? 'own' : 'other'
  if ((await problemOfBuilt(git, releaseDirectory, note)) !== null) return 'other'
  return own ? 'own' : 'reusable'
}

async function make(git: Git, { order, release, layout }: FetchOrder, name: string): Promise<void> {
  const { repository: mirror, releases } = hostPaths(order.directory)
  const releaseDirectory = join(releases, name)
  const plumbing = createPlumbing(git, mirror)
  const { commit } = release
  const note: ReleaseNote = {
    name,
    commit,
    tree: await plumbing.must(['rev-parse', '--verify', '--end-of-options', `${commit}^{tree}`]),
    build: buildDigest(layout),
    deployment: order.deployment,
    state: 'making',
    at: new Date().toISOString(),
    changes: null,
  }
  await writeNote(order.directory, note)
  await rm(releaseDirectory, { recursive: true, force: true })
  await plumbing.must(['worktree', 'prune'])
  await plumbing.must(['worktree', 'add', '--quiet', '--force', '--detach', '--', releaseDirectory, commit])
  const head = await createWorkTree(git, releaseDirectory).commitOf('HEAD')
  if (head !== commit) throw new Error(`${releaseDirectory}: expected commit ${commit}, got ${head}`)
  const changes = await changesIn(git, releaseDirectory)
  // Without build commands there is nothing more to do.
  const state = layout.build.length === 0 ? 'built' : 'fetched'
  await writeNote(order.directory, { ...note, state, changes, at: new Date().toISOString() })
}

export async function exists(path: string): Promise<boolean> {
  try {
    await lstat(path)
    return true
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return false
    throw error
  }
}
