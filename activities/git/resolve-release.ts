import type { Repository } from '../../src/domain/plan.ts'
import { isCommitId, parseVersion, validateRef } from '../../src/domain/version.ts'
import type { OpenRepository } from './open-repository.ts'
import { invalid, tagMoved } from './plumbing.ts'

export type ResolvedRelease = { commit: string; tag: string; tagExists: boolean }

/** Tag and commit must lead to the same place; either alone is enough. */
export async function resolve(
  opened: OpenRepository,
  wanted: { repository: Repository; version: string; commit: string | null },
): Promise<ResolvedRelease> {
  const tag = tagNameOf(wanted.repository, wanted.version)
  const name = wanted.commit === null ? null : checkedName(wanted.commit)
  await opened.refresh()
  const tagged = await taggedCommit(opened, tag)
  if (name === null) {
    if (tagged !== null) return { commit: tagged, tag, tagExists: true }
    throw invalid(`release ${wanted.version}: expected a tag ${tag} or a commit, got neither; name a commit to deploy`)
  }
  const commit = await namedCommit(opened, name)
  if (tagged !== null && tagged !== commit) throw tagMoved(tag, commit, tagged)
  return { commit, tag, tagExists: tagged !== null }
}

/** `v{version}` with its version, both checked. */
export function tagNameOf(repository: Repository, version: string): string {
  const parsed = parseVersion(version)
  if ('problem' in parsed) throw invalid(parsed.problem)
  const tag = validateRef(repository.tag.replaceAll('{version}', parsed.version))
  if ('problem' in tag) throw invalid(`repository.tag: ${tag.problem}`)
  return tag.ref
}

/** The commit of a release's tag; null: there is none. In a mirror, one of ours may not have been pushed. */
export async function taggedCommit(opened: OpenRepository, tag: string): Promise<string | null> {
  const names = [...new Set([`${opened.truth}tags/${tag}`, `refs/tags/${tag}`])]
  const [truth = null, own = null] = await Promise.all(names.map((name) => peeledTag(opened, name)))
  if (truth !== null && own !== null && truth !== own) throw tagMoved(tag, own, truth)
  return truth ?? own
}

/** The ref is read once and the object peeled by its id: another worker may be making the tag now. */
async function peeledTag(opened: OpenRepository, name: string): Promise<string | null> {
  const object = await opened.plumbing.objectOf(name)
  if (object === null) return null
  const commit = await opened.plumbing.commitOf(object)
  if (commit === null) throw invalid(`tag ${name}: expected it to lead to a commit, got another kind of object`)
  return commit
}

function checkedName(text: string): string {
  if (isCommitId(text)) return text
  const ref = validateRef(text)
  if ('problem' in ref) throw invalid(ref.problem)
  return ref.ref
}

async function namedCommit(opened: OpenRepository, name: string): Promise<string> {
  const { plumbing, truth } = opened
  if (isCommitId(name) || name.startsWith('refs/')) {
    const place = isCommitId(name) ? name : name.replace(/^refs\//, truth)
    const commit = await plumbing.commitOf(place)
    if (commit !== null) return commit
    throw invalid(`commit ${name}: expected it in the repository, found none; push it first`)
  }
  const places = [`${truth}heads/${name}`, `${truth}tags/${name}`]
  const commits = (await Promise.all(places.map((place) => plumbing.commitOf(place)))).filter(
    (commit) => commit !== null,
  )
  const [commit] = commits
  if (commit === undefined) throw invalid(`ref ${name}: expected a branch or tag in the repository, found none`)
  if (commits.length === 1) return commit
  throw invalid(
    `ref ${name}: expected one meaning, got a branch and a tag; write refs/heads/${name} or refs/tags/${name}`,
  )
}
