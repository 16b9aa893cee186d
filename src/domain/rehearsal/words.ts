import { counted } from '../counted.ts'
import type { Rehearsal, RehearsedMigration } from './rehearsal.ts'

/**
 * What came of a rehearsal, in one line of at most 300 characters, what matters most first: `004_drop: loses users.fax;
 * 003_phone: reversible (2 migrations on PostgreSQL 18.1, embedded, schema replayed)`. `kept`: it was run before.
 */
export function rehearsalWords({ migrations, server, built, oldRelease }: Rehearsal, kept: boolean): string {
  const noticed = (['broken', 'no_way_back', 'loses'] as const).flatMap((verdict) =>
    migrations.filter((one) => one.verdict === verdict).map(rehearsedWords),
  )
  const reversible = migrations.filter(({ verdict }) => verdict === 'reversible')
  const calm = reversible.length <= 3 ? reversible.map(rehearsedWords) : [`${reversible.length} reversible`]
  const asked = oldRelease ? [oldReleaseWords(oldRelease)] : []
  const where = `on PostgreSQL ${server.version}, ${server.from}, schema ${built}`
  const tail = ` (${kept ? 'rehearsed before, ' : ''}${counted(migrations.length, 'migration')} ${where})`
  return fitted([...noticed, ...calm], asked, tail)
}

/** `003_nick: broken, column users.nick: not expected, but it is there` */
function rehearsedWords(migration: RehearsedMigration): string {
  return `${migration.name}: ${verdictWords(migration)}`
}

/** `reversible, loses users.fax: dropped by the migration itself` */
export function verdictWords(migration: RehearsedMigration): string {
  const { verdict, loses, declared } = migration
  switch (verdict) {
    case 'reversible':
      return 'reversible'
    case 'loses':
      return `reversible, loses ${brief(loses.join(', '))}`
    case 'no_way_back':
      return `no way back (declared: ${brief(declared)})`
    case 'broken':
      return `broken, ${brokenWords(migration)}`
  }
}

function brokenWords({ up, down, again, seeded }: RehearsedMigration): string {
  if (up.state === 'failed') return `forth failed: ${brief(up.message)}`
  if (up.state === 'not_run') return 'not tried, one before it failed'
  if (down.state === 'failed') return `back failed${overRows(down.message, seeded)}: ${brief(down.message)}`
  if (down.state === 'not_restored') return `back does not restore: ${brief(down.difference.join('; '))}`
  if (down.state === 'none')
    return `there is no way back, and none is declared${down.message ? `: ${brief(down.message)}` : ''}`
  if (again.state === 'failed') return `forth once more failed: ${brief(again.message)}`
  return `forth once more differs: ${brief(again.difference.join('; '))}`
}

function oldReleaseWords({ works, answers }: NonNullable<Rehearsal['oldRelease']>): string {
  if (works) return `the live release works on it: ${brief(answers.map(({ name }) => name).join(', '))}`
  const failed = answers.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`)
  return `the live release does not work on it: ${brief(failed.join('; '))}`
}

/** `up ok, down not restored: column users.fax: expected, but it is gone, again ok`. */
export function statesOf({ up, down, again, seeded }: RehearsedMigration): string {
  if (up.state === 'not_run') return `not tried: ${brief(up.message)}`
  if (up.state === 'failed') return `up failed: ${brief(up.message)}`
  return ['up ok', downWords(down, seeded), ...(again.state === 'not_run' ? [] : [againWords(again)])].join(', ')
}

/**
 * Whoever reads of a value that nobody has written must know who did. Not where the server says what has nothing to do with
 * rows, as a column that is not there: its codes for rows begin with 22, 23 and P0, and some tools give none.
 */
function overRows(message: string | null, { rows }: RehearsedMigration['seeded']): string {
  const code = /; ([0-9A-Z]{5})(?:;|$)/.exec(message ?? '')?.[1]
  const isOfRows = code === undefined || /^(22|23|P0)/.test(code)
  return rows > 0 && isOfRows ? ` over ${counted(rows, 'made-up row')}` : ''
}

/** In one line, cut where it is long. */
function brief(text: string | null | undefined): string {
  const line = (text ?? 'nobody says why').replace(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
}

function downWords(
  { state, difference, message }: RehearsedMigration['down'],
  seeded: RehearsedMigration['seeded'],
): string {
  switch (state) {
    case 'exact':
      return 'down exact'
    case 'order_only':
      return 'down order only'
    case 'not_restored':
      return `down not restored: ${brief(difference[0] ?? message)}`
    case 'failed':
      return `down failed${overRows(message, seeded)}: ${brief(message)}`
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

/** As many of the parts as there is room for, and how many there was none for; `last` and the tail are always said. */
function fitted(parts: readonly string[], last: readonly string[], tail: string): string {
  for (let shown = parts.length; ; shown--) {
    const left = parts.length - shown
    const said = [...parts.slice(0, shown), ...(left > 0 ? [`and ${left} more`] : []), ...last]
    const text = said.join('; ') + tail
    if (text.length <= 300 || shown === 0) return text.slice(0, 300)
  }
}
