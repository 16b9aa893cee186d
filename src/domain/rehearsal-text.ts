import { words } from './reason.ts'
import type { MigrationWarning, Rehearsal, RehearsedMigration } from './rehearsal.ts'

/** One line for a terminal; `look` is how it may be coloured. */
export type RehearsalLine = { text: string; look?: 'good' | 'bad' | 'faint' }

/** One row, and indented below it what belongs to it: what differs, what is lost, what reading it tells. */
export function rehearsalRow(migration: RehearsedMigration, nameWidth: number): RehearsalLine[] {
  const { verdict, name, lock, rewrites } = migration
  const cost = [lock && lockWords(lock), rewrites.length > 0 && `rewrites ${rewrites.join(', ')}`].filter(Boolean)
  const columns = [
    verdictWords[verdict].padEnd(12),
    name.padEnd(nameWidth),
    statesOf(migration).padEnd(34),
    migration.up.state === 'not_run' ? '' : words(migration.up.durationMs).padStart(6),
    cost.join('; '),
  ]
  const row = { text: columns.join('  ').trimEnd(), ...(verdict === 'broken' && { look: 'bad' as const }) }
  return [row, ...detailsOf(migration).map((text) => ({ text: `  ${text}`, look: 'faint' as const }))]
}

/** What came of all of them, and what to do. `silent`: why reading told nothing of locks; null: it did. */
export function rehearsalTotals(rehearsal: Rehearsal, { silent }: { silent: string | null }): RehearsalLine[] {
  const { migrations, server } = rehearsal
  const broken = migrations.filter(({ verdict }) => verdict === 'broken')
  const own = migrations.flatMap(({ warnings }) => warnings).filter(onlyUndoes).length
  const unseeded = new Set(migrations.flatMap(({ seeded }) => seeded.not)).size
  return [
    {
      text: `${counted(migrations.length)} on PostgreSQL ${server.version} (${serverWords[server.from]}): ${countsOf(migrations)}`,
      look: broken.length > 0 ? 'bad' : 'good',
    },
    ...(own === 0
      ? []
      : [
          {
            text: `${own} ${own === 1 ? 'statement' : 'statements'} of downs only undo what their up made; they are listed with --json`,
          },
        ]),
    ...(unseeded === 0
      ? []
      : [{ text: `${unseeded} tables were tried without rows, and say nothing of what is lost; why: --json` }]),
    ...(migrations.some(({ lock }) => lock?.sampled) ? [{ text: sampledWords }] : []),
    ...(silent === null ? [] : [{ text: silent }]),
    ...(broken.length === 0
      ? []
      : [{ text: `Next: correct the ways back of ${listed(broken.map(({ name }) => name))}, then rehearse again` }]),
  ]
}

/** In one line of at most 300 characters, what matters most first. */
export function rehearsalWords({ migrations, server }: Rehearsal): string {
  const head = `${counted(migrations.length)} rehearsed on PostgreSQL ${server.version} (${server.from}): `
  const reversible = migrations.filter(({ verdict }) => verdict === 'reversible')
  const noticed = (['broken', 'no_way_back', 'loses'] as const).flatMap((verdict) =>
    migrations.filter((one) => one.verdict === verdict).map((one) => `${one.name} ${shortVerdict(one)}`),
  )
  const calm =
    reversible.length <= 3 ? reversible.map(({ name }) => `${name} reversible`) : [`${reversible.length} reversible`]
  return fitted(head, [...noticed, ...calm], 300)
}

/** Everything that is not broken can be undone, or somebody has said that it cannot. */
export function isSound({ migrations }: Pick<Rehearsal, 'migrations'>): boolean {
  return migrations.every(({ verdict }) => verdict !== 'broken')
}

const verdictWords = { reversible: 'reversible', loses: 'loses', no_way_back: 'no way back', broken: 'BROKEN' } as const

const serverWords = { given: 'yours', embedded: 'the embedded one' } as const

const sampledWords =
  'locks were looked at again and again, short ones may be missed: give a superuser for event triggers that record them'

/** `up ok, down not restored: column users.fax: expected, but it is gone, again ok`. */
function statesOf({ up, down, again }: RehearsedMigration): string {
  if (up.state === 'not_run') return 'not tried, one before it failed'
  if (up.state === 'failed') return `up failed: ${brief(up.message)}`
  const parts = ['up ok', downWords(down)]
  if (again.state !== 'not_run') parts.push(againWords(again))
  return parts.join(', ')
}

function downWords({ state, difference, message }: RehearsedMigration['down']): string {
  switch (state) {
    case 'exact':
      return 'down exact'
    case 'order_only':
      return 'down order only'
    case 'not_restored':
      return `down not restored: ${brief(difference[0] ?? message)}`
    case 'failed':
      return `down failed: ${brief(message)}`
    case 'none':
      return message === null ? 'no down' : `no down: ${brief(message)}`
    case 'not_run':
      return 'down not tried'
  }
}

function againWords({ state, difference, message }: RehearsedMigration['again']): string {
  switch (state) {
    case 'ok':
      return 'again ok'
    case 'differs':
      return `again differs: ${brief(difference[0] ?? message)}`
    case 'failed':
      return `again failed: ${brief(message)}`
    case 'not_run':
      return 'again not tried'
  }
}

function detailsOf(migration: RehearsedMigration): string[] {
  const { verdict, down, again, loses, declared, warnings } = migration
  return [
    ...leftOf(down).map((line) => `back: ${line}`),
    ...again.difference.slice(1).map((line) => `forth again: ${line}`),
    ...(verdict === 'loses' ? [`loses ${loses.join('; ')}`] : []),
    ...(declared === null ? [] : [`no way back, declared: ${declared}`]),
    ...warnings.filter((warning) => !onlyUndoes(warning)).map(warningWords),
  ]
}

/** What the row has no room for. */
function leftOf({ state, difference }: RehearsedMigration['down']): readonly string[] {
  if (state === 'failed') return difference
  return state === 'not_restored' ? difference.slice(1) : []
}

function warningWords({ way, file, line, rule, message }: MigrationWarning): string {
  return `${file}:${line}  ${way}  ${rule}: ${message}`
}

/** A down that takes away what its own up made says nothing new; how much that is at a rollback is counted then. */
function onlyUndoes({ rule }: MigrationWarning): boolean {
  return rule.startsWith('own-')
}

function lockWords({ mode, on }: NonNullable<RehearsedMigration['lock']>): string {
  return `${mode} on ${on}`
}

function countsOf(migrations: readonly RehearsedMigration[]): string {
  const of = (verdict: RehearsedMigration['verdict']) => migrations.filter((one) => one.verdict === verdict)
  const moved = of('reversible').filter(({ down }) => down.state === 'order_only').length
  const reversible = `${of('reversible').length} reversible${moved > 0 ? ` (${moved} with columns in another order)` : ''}`
  const [loses, none, broken] = [of('loses').length, of('no_way_back').length, of('broken').length]
  return [
    reversible,
    loses > 0 && `${loses} ${loses === 1 ? 'loses' : 'lose'} values`,
    none > 0 && `${none} without a way back, as declared`,
    `${broken} broken`,
  ]
    .filter(Boolean)
    .join(', ')
}

function shortVerdict({ verdict, loses, declared, up, down, again }: RehearsedMigration): string {
  switch (verdict) {
    case 'reversible':
      return 'reversible'
    case 'loses':
      return `loses ${loses.join(', ')}`
    case 'no_way_back':
      return `has no way back (declared${declared ? `: ${declared}` : ''})`
    case 'broken': {
      const why = up.message ?? down.message ?? down.difference[0] ?? again.message ?? again.difference[0]
      return `is broken${why ? `: ${brief(why)}` : ''}`
    }
  }
}

/** As many parts as there is room for, and how many there was none for. */
function fitted(head: string, parts: readonly string[], room: number): string {
  for (let shown = parts.length; shown > 0; shown--) {
    const left = parts.length - shown
    const text = head + parts.slice(0, shown).join('; ') + (left > 0 ? `; and ${left} more` : '')
    if (text.length <= room) return text
  }
  return (head + parts.join('; ')).slice(0, room)
}

function brief(text: string | null | undefined): string {
  const line = (text ?? 'no reason given').replace(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}

function listed(names: readonly string[]): string {
  const left = names.length - 5
  return names.slice(0, 5).join(', ') + (left > 0 ? ` and ${left} more` : '')
}

function counted(count: number): string {
  return `${count} ${count === 1 ? 'migration' : 'migrations'}`
}
