import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import type { Plumbing } from '../git/plumbing.ts'
import { cut } from './cut.ts'

/** The commits that the release has and the base does not; all of the release's where there is no base. */
export async function commitsBetween(
  plumbing: Plumbing,
  base: string | null,
  release: string,
): Promise<ReleaseChanges['commits']> {
  const brought = base === null ? [release] : [release, `^${base}`]
  const count = async (range: readonly string[]) => Number(await plumbing.must(['rev-list', '--count', ...range, '--']))
  const [total, takenBack, newest, authors] = await Promise.all([
    count(brought),
    base === null ? 0 : count([base, `^${release}`]),
    plumbing.must([
      'log',
      '-z',
      `--max-count=${mostCommits}`,
      '--no-show-signature',
      `--format=${format}`,
      ...brought,
      '--',
    ]),
    plumbing.must(['shortlog', '--summary', '--numbered', '--email', ...brought, '--']),
  ])
  const people = authors.split('\n').flatMap((line) => line.split('\t')[1] ?? [])
  return {
    total,
    takenBack,
    newest: newest
      .split('\0')
      .filter((line) => line !== '')
      .map(commitOf),
    authors: people.slice(0, mostAuthors).map((author) => cut(author, 100)),
    people: people.length,
  }
}

/** What somebody reads before signing; the total says how many there are. */
const mostCommits = 50
const mostAuthors = 20

/** Commit, author, time (RFC 3339) and subject, each on a line. */
const format = '%H%n%aN <%aE>%n%aI%n%s'

function commitOf(text: string): ReleaseChanges['commits']['newest'][number] {
  const [commit = '', author = '', at = '', subject = ''] = text.split('\n')
  return { commit, author: cut(author, 100), subject: cut(subject, 100), at: new Date(at).toISOString() }
}
