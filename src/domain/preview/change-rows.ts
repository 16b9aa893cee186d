import type {
  ConfigurationChange,
  ConfigurationKey,
  DependencyChange,
  MigrationChange,
  ReleaseChanges,
} from '../gate/changes.ts'
import { wayBackWords } from './changes-line.ts'
import type { PlanReport } from './report.ts'
import { type Row, row } from './row.ts'

export function changeRows({ changes, summary, live }: PlanReport): Row[] {
  if (!changes) return [row('?', 'not known', 'what changes cannot be read; the rules below say why')]
  const since = live ? `since ${live.version}` : 'and all of it is new: nothing is deployed yet'
  return [
    row('', 'in short', `${summary}, ${since}`),
    ...commitRows(changes),
    ...changes.migrations.map(migrationRow),
    ...changes.configuration.map(configurationRow),
    ...changes.dependencies.map(dependencyRow),
    ...hashRows(changes),
  ]
}

/** The rest is in git. */
const shownCommits = 10
const shownPackages = 20

function commitRows({ commits }: ReleaseChanges): Row[] {
  if (commits.total === 0) return []
  const shown = commits.newest.slice(0, shownCommits)
  const more = commits.total - shown.length
  const lines = shown.map(({ commit, author, subject }) => `${commit.slice(0, 9)} ${subject} (${nameOf(author)})`)
  return [
    row('', 'authors', commits.authors.map(nameOf).join(', ')),
    row('', 'commits', String(commits.total), more > 0 ? [...lines, `and ${more} more`] : lines),
  ]
}

function migrationRow({ name, change, additive, wayBack }: MigrationChange): Row {
  const words = `${name}: ${additiveWords[additive]}, ${wayBackWords(wayBack)}`
  const edited = change === 'edited' ? ['edited after it was released: it is not applied again'] : []
  return row(markOf(change), 'migration', change === 'removed' ? `${name}: its file is gone` : words, edited)
}

const additiveWords = { yes: 'additive', no: 'NOT additive', unknown: 'not known to be additive' } as const

function configurationRow({ source, target, change, keys }: ConfigurationChange): Row {
  const whole = keys.length === 0 ? ', compared as a whole' : ''
  return row(markOf(change), 'configuration', `${source} to ${target}${whole}`, keys.map(keyWords))
}

/** Of a secret only the name is known here. */
function keyWords({ key, change, secret, before, after }: ConfigurationKey): string {
  const name = `${markOf(change)} ${key}`
  if (secret) return `${name} (secret)`
  if (change === 'changed') return `${name}: ${before} -> ${after}`
  return `${name}: ${change === 'added' ? after : before}`
}

function dependencyRow({ file, change, packages }: DependencyChange): Row {
  const lines = (packages ?? []).map(({ name, before, after }) => `${name} ${before ?? 'none'} -> ${after ?? 'none'}`)
  const more = lines.length - shownPackages
  const shown = more > 0 ? [...lines.slice(0, shownPackages), `and ${more} more`] : lines
  return row(markOf(change), 'dependencies', packages === null ? `${file}: differs` : file, shown)
}

/** What somebody who reviews it signs for. */
function hashRows({ hashes }: ReleaseChanges): Row[] {
  const known = Object.entries(hashes).flatMap(([what, hash]) =>
    hash === null ? [] : [`${what} ${hash.slice(0, 12)}`],
  )
  return known.length === 0 ? [] : [row('', 'hashes', known.join(', '))]
}

function markOf(change: 'added' | 'changed' | 'edited' | 'removed'): string {
  switch (change) {
    case 'added':
      return '+'
    case 'removed':
      return '-'
    case 'changed':
    case 'edited':
      return '~'
  }
}

function nameOf(author: string): string {
  return author.replace(/\s*<[^>]*>\s*$/, '').trim() || author
}
