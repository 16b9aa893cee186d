import type { Rehearsal, RehearsedMigration } from './rehearsal.ts'

/** What came of a rehearsal, in one line of at most 300 characters, what matters most first. */
export function rehearsalWords({ migrations, server }: Pick<Rehearsal, 'migrations' | 'server'>): string {
  const head = `${countedMigrations(migrations.length)} rehearsed on PostgreSQL ${server.version} (${server.from}): `
  const noticed = (['broken', 'no_way_back', 'loses'] as const).flatMap((verdict) =>
    migrations.filter((one) => one.verdict === verdict).map((one) => `${one.name} ${verdictOf(one)}`),
  )
  const names = migrations.filter(({ verdict }) => verdict === 'reversible').map(({ name }) => `${name} reversible`)
  const calm = names.length <= 3 ? names : [`${names.length} reversible`]
  return fitted(head, [...noticed, ...calm], 300)
}

/** `up ok, down not restored: column users.fax: expected, but it is gone, again ok`. */
export function statesOf({ up, down, again }: RehearsedMigration): string {
  if (up.state === 'not_run') return `not tried: ${brief(up.message)}`
  if (up.state === 'failed') return `up failed: ${brief(up.message)}`
  return ['up ok', downWords(down), ...(again.state === 'not_run' ? [] : [againWords(again)])].join(', ')
}

export function countedMigrations(count: number): string {
  return `${count} ${count === 1 ? 'migration' : 'migrations'}`
}

/** In one line, cut where it is long. */
export function brief(text: string | null | undefined): string {
  const line = (text ?? 'nobody says why').replace(/\s+/g, ' ').trim()
  return line.length > 120 ? `${line.slice(0, 117)}...` : line
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

function verdictOf({ verdict, loses, declared, up, down, again }: RehearsedMigration): string {
  switch (verdict) {
    case 'reversible':
      return 'reversible'
    case 'loses':
      return `loses ${loses.join(', ')}`
    case 'no_way_back':
      return `has no way back (declared${declared ? `: ${declared}` : ''})`
    case 'broken':
      return `is broken: ${brief(
        up.message ?? down.message ?? down.difference[0] ?? again.message ?? again.difference[0],
      )}`
  }
}

/** As many parts as there is room for, and how many there was none for. */
function fitted(head: string, parts: readonly string[], room: number): string {
  for (let shown = parts.length; shown > 0; shown--) {
    const left = parts.length - shown
    const text = head + parts.slice(0, shown).join('; ') + (left > 0 ? `; and ${left} more` : '')
    if (text.length <= room) return text
  }
  return `${(head + parts.join('; ')).slice(0, room - 3)}...`
}
