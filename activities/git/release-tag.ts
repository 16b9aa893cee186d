import type { Repository } from '../../src/domain/plan.ts'
import { isCommitId } from '../../src/domain/version.ts'
import { asTagger, trailerOf } from './identity.ts'
import type { OpenRepository } from './open-repository.ts'
import { invalid, tagMoved } from './plumbing.ts'
import { taggedCommit, tagNameOf } from './resolve-release.ts'

/** `created` false: it was there, at this commit. `pushed` false: the repository says to push nothing. */
export type CreatedTag = { tag: string; commit: string; created: boolean; pushed: boolean }

type Wanted = { repository: Repository; version: string; commit: string; by: string; at: Date }

/** Never moves a tag: one that is elsewhere, here or on the remote, is `TagMoved`. */
export async function createTag(opened: OpenRepository, wanted: Wanted): Promise<CreatedTag> {
  const tag = tagNameOf(wanted.repository, wanted.version)
  await opened.refresh()
  await requireCommit(opened, wanted.commit)
  if (opened.push !== null) await remoteTag(opened, opened.push, tag, wanted.commit)
  const created = await createHere(opened, tag, wanted)
  if (opened.push !== null) await pushTag(opened, opened.push, tag, wanted.commit)
  return { tag, commit: wanted.commit, created, pushed: opened.push !== null }
}

async function requireCommit(opened: OpenRepository, commit: string): Promise<void> {
  if (isCommitId(commit) && (await opened.plumbing.commitOf(commit)) === commit) return
  throw invalid(
    `commit: expected the full id of a commit in the repository, got ${JSON.stringify(commit.slice(0, 60))}`,
  )
}

async function createHere(opened: OpenRepository, tag: string, wanted: Wanted): Promise<boolean> {
  const { plumbing } = opened
  const before = await taggedCommit(opened, tag)
  if (before === null) {
    const head = `object ${wanted.commit}\ntype commit\ntag ${tag}\n${asTagger(wanted.at)}\n\n`
    const object = await plumbing.write(
      'tag',
      `${head}Release ${wanted.version}\n\n${trailerOf('Belay-Tagged-By', wanted.by)}\n`,
    )
    if (await plumbing.move(`refs/tags/${tag}`, object, null)) return true
  }
  const now = before ?? (await taggedCommit(opened, tag))
  if (now === wanted.commit) return false
  if (now === null)
    throw new Error(`tag ${tag}: expected to find it after making it, found none; it will be tried again`)
  throw tagMoved(tag, wanted.commit, now)
}

/** Is it on the remote? Throws when it is there at another commit. */
async function remoteTag(opened: OpenRepository, remote: string, tag: string, commit: string): Promise<boolean> {
  const name = `refs/tags/${tag}`
  const refs = await opened.plumbing.remoteRefs(remote, [name, `${name}^{}`])
  const there = refs.get(`${name}^{}`) ?? refs.get(name)
  if (there === undefined) return false
  if (there !== commit) throw tagMoved(tag, commit, there)
  return true
}

async function pushTag(opened: OpenRepository, remote: string, tag: string, commit: string): Promise<void> {
  if (await remoteTag(opened, remote, tag, commit)) return
  const name = `refs/tags/${tag}`
  // Another worker may push the same tag now; what counts is what the remote has afterwards.
  const pushed = await opened.plumbing.run(['push', '--quiet', '--no-verify', '--', remote, `${name}:${name}`])
  if (await remoteTag(opened, remote, tag, commit)) return
  throw new Error(
    `tag ${tag}: expected it on the remote after the push, found none; git said: ${pushed.stderr.trim().slice(-500)}`,
  )
}
