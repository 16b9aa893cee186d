import type { ReleaseChanges } from '../gate/changes.ts'
import { changesLine, differenceLines } from '../gate/changes-text.ts'
import type { Subject } from '../gate/reviewed.ts'
import { block, foreign, list } from './foreign.ts'

/** What the release changed, as it was shown to those who signed, with the hashes that they signed. */
export function changesParts(changes: ReleaseChanges): string[] {
  const { commits } = changes
  return [
    '## What it changes',
    foreign(changesLine(changes)),
    list(commits.newest.map((one) => foreign(`${one.commit.slice(0, 12)} ${one.subject}, ${one.author}`))),
    ...(commits.total > commits.newest.length ? [`and ${commits.total - commits.newest.length} more commits`] : []),
    ...subjects.flatMap(([subject, title]) => differenceParts(changes, subject, title)),
  ]
}

const subjects: readonly [Subject, string][] = [
  ['migrations', 'Migrations'],
  ['configuration', 'Configuration'],
  ['dependencies', 'Dependencies'],
]

function differenceParts(changes: ReleaseChanges, subject: Subject, title: string): string[] {
  const hash = changes.hashes[subject]
  if (hash === null) return [`${title}: no difference.`]
  return [`${title} (sha256 ${hash}):`, block(differenceLines(changes, subject).join('\n'))]
}
