import type { OpenRepository } from './open-repository.ts'
import { invalid } from './plumbing.ts'

/** Who made a commit and who reviewed it, as it says itself: `Ann <ann@example.com>`. Nobody proves such a name. */
export type CommitPeople = {
  /** The author and everybody in a `Co-authored-by:` trailer. */
  authors: readonly string[]
  committer: string
  reviewers: readonly string[]
}

/** Reads one commit; a mirror that does not have it yet is brought up to date. */
export async function commitPeople(opened: OpenRepository, commit: string): Promise<CommitPeople> {
  if ((await opened.plumbing.commitOf(commit)) === null) await opened.refresh()
  if ((await opened.plumbing.commitOf(commit)) === null) {
    throw invalid(`commit ${commit}: expected it in the repository, found none; push it first`)
  }
  const text = await opened.plumbing.must(['log', '-1', `--format=${format}`, '--end-of-options', commit])
  const [author = '', committer = '', coAuthors = '', reviewers = ''] = text.split('\x1e')
  return { authors: [author, ...lines(coAuthors)], committer, reviewers: lines(reviewers) }
}

const trailer = (key: string) => `%(trailers:key=${key},valueonly,unfold)`
const format = ['%an <%ae>', '%cn <%ce>', trailer('Co-authored-by'), trailer('Reviewed-by')].join('%x1e')

/** A dozen is more than any commit has; a thousand would not fit on any screen. */
function lines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(0, 12)
}
