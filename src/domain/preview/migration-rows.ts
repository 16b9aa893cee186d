import { counted } from '../counted.ts'
import { moment } from '../gate/moment.ts'
import { words } from '../reason.ts'
import { warningWords } from '../rehearsal/text.ts'
import { onlyUndoes } from '../rehearsal/totals.ts'
import type { KnownMigration, KnownMigrations, KnownRehearsal, Stale } from './known-migrations.ts'
import type { PlanReport } from './report.ts'
import { type Row, row } from './row.ts'

/** Each pending migration: what a rehearsal has proven of it, or that none has, and what reading it tells. */
export function migrationRows({ migrations, ...report }: PlanReport): Row[] {
  if (migrations === null) return []
  const { pending, silent } = migrations
  // A long list must not hide what is broken.
  const listed = pending.length > mostShown ? pending.toSorted((a, b) => urgency(a) - urgency(b)) : pending
  const rows = listed.slice(0, mostShown).map((one) => migrationRow(one, migrations))
  const more = pending.length - rows.length
  return [
    ...rehearsalRow(migrations, rehearseCommand(report)),
    ...rows,
    ...(more > 0 ? [row('', 'and', `${counted(more, 'migration')} more: belay plan --json`)] : []),
    ...(silent === null || pending.length === 0 ? [] : [row('', 'warnings', silent)]),
  ]
}

/** What somebody reads at once, in a terminal or a pull request; `--json` has all. */
const mostShown = 20
const mostWarnings = 5

/** Of all of them together. Where one has to be rehearsed, how; one that is broken needs another commit first. */
function rehearsalRow(migrations: KnownMigrations, command: string): Row[] {
  const { pending, unknown } = migrations
  if (unknown !== null) return [row('?', 'as a whole', `rehearsals not known: ${unknown}`)]
  const isOpen = pending.some(({ rehearsal }) => rehearsal === null || rehearsal.stale.length > 0)
  const none = pending.every(({ rehearsal }) => rehearsal === null)
    ? 'never rehearsed'
    : 'not all rehearsed as they are now'
  const [line, ...more] = sharedLines(pending) ?? (isOpen ? [none] : [])
  return line === undefined ? [] : [row(isOpen ? '?' : '', 'as a whole', line, more, isOpen ? command : null)]
}

/** One rehearsal is mostly of all of them: said once. null: they are of different ones, or of none. */
function sharedLines(pending: readonly KnownMigration[]): string[] | null {
  const told = new Set(pending.map(({ rehearsal }) => (rehearsal ? rehearsedLines(rehearsal).join('\n') : '')))
  const [lines = ''] = told
  return told.size === 1 && lines !== '' ? lines.split('\n') : null
}

function migrationRow({ name, rehearsal, warnings }: KnownMigration, { pending, unknown }: KnownMigrations): Row {
  const told = warnings.filter((warning) => !onlyUndoes(warning))
  const more = told.length - mostWarnings
  const under = [
    ...(rehearsal && sharedLines(pending) === null ? rehearsedLines(rehearsal) : []),
    ...told.slice(0, mostWarnings).map(warningWords),
    ...(more > 0 ? [`and ${counted(more, 'warning')} more: belay plan --json`] : []),
  ]
  const none = unknown === null ? 'not rehearsed' : 'not known whether it was rehearsed'
  return row(markOf(rehearsal), name, rehearsal ? proven(rehearsal) : none, under)
}

function markOf(rehearsal: KnownRehearsal | null): string {
  if (rehearsal === null || rehearsal.stale.length > 0) return '?'
  switch (rehearsal.verdict) {
    case 'reversible':
      return 'ok'
    case 'loses':
    case 'no_way_back':
      return '!'
    case 'broken':
      return 'NO'
  }
}

function proven({ words: verdict, stale, durationMs, lock, rewrites }: KnownRehearsal): string {
  const cost = [
    ...(durationMs === null ? [] : [`up ${words(durationMs)}`]),
    ...(lock ? [`${lock.mode} on ${lock.on}`] : []),
    ...(rewrites.length > 0 ? [`rewrites ${rewrites.join(', ')}`] : []),
  ]
  return [`${stale.length > 0 ? 'STALE: ' : ''}${verdict}`, ...cost].join('; ')
}

function rehearsedLines({ at, server, stale, oldReleaseWorks }: KnownRehearsal): string[] {
  const when = at === null ? 'rehearsed' : `rehearsed ${moment(at)}`
  const why = stale.map((one) => staleWords[one])
  return [
    [`${when} on PostgreSQL ${server}`, ...why].join('; '),
    ...(oldReleaseWorks === false ? ['the live release does not work on the migrated schema'] : []),
    ...(oldReleaseWorks === true ? ['the live release works on the migrated schema'] : []),
  ]
}

const staleWords: Readonly<Record<Stale, string>> = {
  files: 'with other files than these',
  live: 'the live schema is another by now',
  server: 'the live server is of another major',
  data: 'with other rows than those of this release',
  old_release: 'another release was live, or something else was asked of it',
}

function urgency({ rehearsal }: KnownMigration): number {
  return ['NO', '!', '?', 'ok'].indexOf(markOf(rehearsal))
}

/** A commit without a tag gets its version again. */
function rehearseCommand({ release, tagExists, environment }: Omit<PlanReport, 'migrations'>): string {
  const what = tagExists ? release.version : `${release.commit} --version ${release.version}`
  return `belay rehearse ${what} --env ${environment}`
}
