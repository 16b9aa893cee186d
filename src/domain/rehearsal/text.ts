import { words } from '../reason.ts'
import type { MigrationWarning, Rehearsal, RehearsedMigration } from './rehearsal.ts'
import { onlyUndoes, type RehearsalLine, rehearsalTotals } from './totals.ts'
import { statesOf } from './words.ts'

/** A release's rehearsal as a whole; `kept`: it was run before, and still holds. */
export function rehearsalText({ rehearsal, kept }: { rehearsal: Rehearsal; kept: boolean }): RehearsalLine[] {
  const { migrations, built, oldRelease } = rehearsal
  const width = Math.max(...migrations.map(({ name }) => name.length))
  return [
    ...migrations.flatMap((migration) => rehearsalRow(migration, width)),
    ...(oldRelease?.answers ?? []).map(oldReleaseLine),
    ...rehearsalTotals(rehearsal, null),
    { text: `${builtWords[built]}${kept ? '; rehearsed before, and nothing has changed since' : ''}` },
  ]
}

/**
 * One row: verdict, name, how long its up took, what happened, the strongest lock and what was rewritten. Indented below
 * it what else belongs to it: all that differs, what is lost, what reading it tells.
 */
export function rehearsalRow(migration: RehearsedMigration, nameWidth: number): RehearsalLine[] {
  const { verdict, name, up, lock, rewrites } = migration
  const took = up.state === 'not_run' ? '' : words(up.durationMs)
  const head = [
    verdictWords[verdict].padEnd(11),
    name.padEnd(nameWidth),
    took.padStart(7),
    statesOf(migration).padEnd(29),
  ]
  const cost = [
    ...(lock ? [`${lock.mode} on ${lock.on}`] : []),
    ...(rewrites.length > 0 ? [`rewrites ${rewrites.join(', ')}`] : []),
  ]
  const row = {
    text: [...head, cost.join('; ')].join('  ').trimEnd(),
    ...(verdict === 'broken' && { look: 'bad' as const }),
  }
  return [row, ...below(migration).map((text) => ({ text: `  ${text}`, look: 'faint' as const }))]
}

const builtWords = {
  copied: 'on a copy of a restored backup whose schema equals the live one',
  replayed: 'on the live schema, made again from the migrations that are applied',
  dumped: 'on a dump of the live schema',
  empty: 'on an empty database',
} as const

function oldReleaseLine({ name, ok, detail }: { name: string; ok: boolean; detail: string }): RehearsalLine {
  if (ok) return { text: `the live release on the new schema: ${name} ok` }
  return { text: `the live release on the new schema: ${name} FAILED: ${detail}`, look: 'bad' }
}

const verdictWords = { reversible: 'reversible', loses: 'loses', no_way_back: 'no way back', broken: 'BROKEN' } as const

function below(migration: RehearsedMigration): string[] {
  const { verdict, down, again, loses, declared, warnings } = migration
  return [
    ...leftOf(down).map((line) => `back: ${line}`),
    ...again.difference.slice(1).map((line) => `again: ${line}`),
    ...(verdict === 'loses' ? [`loses ${loses.join('; ')}`] : []),
    ...(declared === null ? [] : [`declared: no way back: ${declared}`]),
    ...warnings.filter((warning) => !onlyUndoes(warning)).map(warningWords),
  ]
}

/** What the row has no room for. */
function leftOf({ state, difference }: RehearsedMigration['down']): readonly string[] {
  if (state === 'failed') return difference
  return state === 'not_restored' ? difference.slice(1) : []
}

/** The first sentence; advice is in the data. */
export function warningWords({ way, file, line, rule, message }: MigrationWarning): string {
  const [sentence = ''] = message.split(/\.\s/)
  return `${file}:${line}  ${way}, ${rule}: ${sentence.replace(/\.$/, '')}`
}
