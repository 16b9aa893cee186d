import type { MigrationWarning } from '../../../src/domain/rehearsal/rehearsal.ts'
import type { Act } from './act.ts'
import { mayNarrow } from './narrowing.ts'

type Way = MigrationWarning['way']
type Found = Pick<MigrationWarning, 'rule' | 'message'>

/**
 * What one way of a migration would destroy, and what would make it fail on rows that were written since; read, not run.
 * `other`: what the opposite way does. Rules that begin with `own-` are a down that only undoes what its up made.
 */
export function lossIn(way: Way, acts: readonly Act[], other: readonly Act[]): (Found & { line: number })[] {
  return acts.flatMap((act) => {
    const found = warningOf(act, { way, acts, other })
    return found === null ? [] : [{ ...found, line: act.line }]
  })
}

type Around = { way: Way; acts: readonly Act[]; other: readonly Act[] }

function warningOf(act: Act, around: Around): Found | null {
  switch (act.does) {
    case 'drop':
      return drop(act, around)
    case 'drop_column':
      return dropColumn(act, around)
    case 'truncate':
      return { rule: 'truncate', message: `empties ${act.of}: its rows are gone, and nothing brings them back` }
    case 'delete':
      return deletion(act, around)
    case 'update':
      return update(act, around)
    case 'set_type':
      return type(act, around)
    case 'set_not_null':
    case 'require_column':
    case 'constrain':
      return stricter(act, around)
    case 'create':
    case 'add_column':
    case 'insert':
      return null
  }
}

function drop(act: Act, { way, acts, other }: Around): Found | null {
  const kind = act.detail ?? 'table'
  // Made and dropped on the same way: a helper, gone before anybody wrote to it.
  const earlier = acts.slice(0, acts.indexOf(act))
  if (earlier.some((one) => one.does === 'create' && one.of === act.of)) return null
  const own = way === 'down' && other.some((one) => one.does === 'create' && one.of === act.of)
  if (own) return { rule: `own-${kind.replace(' ', '-')}`, message: `drops ${kind} ${act.of} that the up creates` }
  return { rule: `drop-${kind.replace(' ', '-')}`, message: `drops ${kind} ${act.of}: ${whatGoes(kind)}` }
}

function whatGoes(kind: string): string {
  switch (kind) {
    case 'type':
    case 'domain':
    case 'extension':
      return 'with CASCADE every column of it goes too'
    case 'sequence':
      return 'where it stood is gone'
    case 'schema':
    case 'database':
      return 'everything in it is gone'
    default:
      return 'its rows are gone, and what still reads it fails'
  }
}

function dropColumn(act: Act, { way, other }: Around): Found {
  const name = `${act.of}.${act.column}`
  const own = way === 'down' && other.some((one) => adds(one) && isSameColumn(one, act))
  if (own) return { rule: 'own-column', message: `drops column ${name} that the up adds` }
  return { rule: 'drop-column', message: `drops column ${name}: its values are gone, and what still reads it fails` }
}

function deletion(act: Act, { way, other }: Around): Found {
  const own = way === 'down' && other.some((one) => one.does === 'insert' && one.of === act.of)
  if (own) return { rule: 'own-rows', message: `deletes rows of ${act.of}, where the up inserts some` }
  return { rule: 'delete', message: `deletes rows of ${act.of}: nothing brings them back` }
}

/** Filling a column that the same way adds overwrites nothing; an update in the opposite way may be its inverse. */
function update(act: Act, { acts, other }: Around): Found | null {
  if (acts.some((one) => adds(one) && isSameColumn(one, act))) return null
  if (acts.some((one) => one.does === 'create' && one.of === act.of)) return null
  if (other.some((one) => one.does === 'update' && isSameColumn(one, act))) return null
  const what = act.column === '?' ? act.of : `${act.of}.${act.column}`
  return { rule: 'update', message: `overwrites values of ${what}, and the opposite way does not put them back` }
}

function type(act: Act, { other }: Around): Found | null {
  const was = other.find((one) => one.does === 'set_type' && isSameColumn(one, act))?.detail ?? null
  const is = act.detail ?? ''
  if (!mayNarrow(was, is)) return null
  const from = was === null ? '' : ` from ${was}`
  const message = `changes the type of ${act.of}.${act.column}${from} to ${is}: values that do not fit fail or are cut`
  return { rule: 'narrow-type', message }
}

/** Only on the way back: on the way forth the rows there are decide, and a rehearsal with data tells. */
function stricter(act: Act, { way, acts }: Around): Found | null {
  if (acts.some((one) => one.does === 'create' && one.of === act.of)) return null
  if (act.does === 'require_column') {
    const message = `adds ${act.of}.${act.column} NOT NULL without a default: fails as soon as the table has a row`
    return { rule: 'required-column', message }
  }
  if (way === 'up') return null
  if (act.does === 'set_not_null') {
    const message = `makes ${act.of}.${act.column} NOT NULL again: fails on a row written since without it`
    return { rule: 'not-null-again', message }
  }
  const message = `adds ${act.detail} to ${act.of} again: fails on rows written since that violate it`
  return { rule: 'constraint-again', message }
}

function adds({ does }: Act): boolean {
  return does === 'add_column' || does === 'require_column'
}

function isSameColumn(one: Act, other: Act): boolean {
  return one.of === other.of && one.column === other.column
}
