import { commitPeople } from './commit-people.ts'
import type { OpenRepository } from './open-repository.ts'
import { invalid } from './plumbing.ts'

/**
 * `Ann <ann@example.com>` of everybody who wrote a commit that the release has and the base does not, or is in a
 * `Co-authored-by:` of one; of all the release's commits where there is no base. The whole list: a rule is held against
 * it. Nobody proves such a name.
 */
export async function authorsBetween(
  opened: OpenRepository,
  { base, commit }: { base: string | null; commit: string },
): Promise<string[]> {
  // What the commit itself says, before a mailmap; and the mirror is brought up to date for it.
  const { authors } = await commitPeople(opened, commit)
  const range = base === null ? [commit] : [commit, `^${base}`]
  const groups = ['--group=author', '--group=trailer:co-authored-by']
  const text = await opened.plumbing.must(['shortlog', '--summary', '--email', ...groups, ...range, '--'])
  const everybody = [...new Set([...authors, ...text.split('\n').flatMap((line) => line.split('\t')[1] ?? [])])]
  if (everybody.length <= mostAuthors && everybody.join().length <= mostCharacters) return everybody
  throw invalid(
    `${everybody.length} people wrote ${commit.slice(0, 12)} since ${base?.slice(0, 12) ?? 'the beginning'}: expected at most ${mostAuthors}; let an approval on the forge answer code_reviewed`,
  )
}

/** More than any project has; together they stay well below the two megabytes of a payload. */
const mostAuthors = 10_000
const mostCharacters = 1_000_000
