import type { ReleaseChanges } from '../gate/changes.ts'
import { changesLine, differenceLines } from '../gate/changes-text.ts'
import type { PlanReport } from './report.ts'
import { type Row, row } from './row.ts'

/** What a release changes, as the gate has read it: the same lines that are shown to those who sign. */
export function changeRows({ changes }: PlanReport): Row[] {
  if (!changes) return [row('?', 'not known', 'what changes cannot be read; the rules say why')]
  const differences = subjects.flatMap((subject) => differenceRows(changes, subject))
  return [row('', 'in short', changesLine(changes)), ...commitRows(changes), ...differences]
}

/** The rest is in git. */
const shownCommits = 10

function commitRows({ commits }: ReleaseChanges): Row[] {
  if (commits.total === 0) return []
  const shown = commits.newest.slice(0, shownCommits)
  const more = commits.total - shown.length
  const lines = shown.map(({ commit, author, subject }) => `${commit.slice(0, 12)} ${subject} (${nameOf(author)})`)
  const people = commits.authors.map(nameOf)
  const others = commits.people - people.length
  return [
    row('', 'authors', [...people, ...(others > 0 ? [`and ${others} more`] : [])].join(', ')),
    row('', 'commits', `${commits.total}, newest first`, more > 0 ? [...lines, `and ${more} more`] : lines),
  ]
}

const subjects = ['migrations', 'configuration', 'dependencies'] as const

/** The hash is what somebody who reviews it signs for. */
function differenceRows(changes: ReleaseChanges, subject: (typeof subjects)[number]): Row[] {
  const hash = changes.hashes[subject]
  if (hash === null) return []
  const lines = differenceLines(changes, subject)
  const more = lines.length - shownLines
  const shown = more > 0 ? [...lines.slice(0, shownLines), `and ${more} more: belay plan --json`] : lines
  const told = subject === 'migrations' ? ', as their files tell' : ''
  return [row('', subject, `difference ${hash.slice(0, 12)}${told}`, shown)]
}

/** A lockfile may change hundreds of packages. */
const shownLines = 30

function nameOf(author: string): string {
  return author.replace(/\s*<[^>]*>\s*$/, '').trim() || author
}
