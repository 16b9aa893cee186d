import type { Loss } from '../migration/migration.ts'

/** Values of one column (or a table's key) that a down gave other values. `since`: of rows written since the migration. */
export type Overwritten = { object: string; rows: number; since: number; how: Written }

/** How many rows of a table a down wrote over one by one; `anew`: none, but the table as a whole (`using`). */
export type Written = number | 'anew'

/**
 * Values older than the migration that a down overwrites are what its author meant to change: named, and no loss. Values
 * written since the migration, which its author could not know, would be lost.
 */
export function overwrittenLosses(migration: string, overwritten: readonly Overwritten[]): Loss[] {
  return overwritten.flatMap(({ object, since: rows, how }): Loss[] => {
    const [it, values] = rows === 1 ? ['it', 'another value'] : ['them', 'other values']
    const what = how === 'anew' ? `gives ${it} ${values}` : `writes over ${it}`
    const why = `written since the migration, and its down ${what}`
    return rows === 0 ? [] : [{ migration, object, rows, why, kind: 'lost' }]
  })
}

/** `users.name: 37 rows written over by the down` */
export function overwrittenLine({ object, rows, how }: Overwritten): string {
  if (how !== 'anew') return `${object}: ${counted(rows)} written over by the down`
  const values = rows === 1 ? 'another value' : 'other values'
  return `${object}: ${counted(rows)} given ${values} where the down writes the column anew`
}

/** Why nobody looked whether the down wrote values over. */
export type Unlooked = 'decided' | 'no key' | 'too many' | 'too large' | 'unreadable'

export function unlookedLine(table: string, how: Written, why: Unlooked, most: number): string {
  const what = how === 'anew' ? 'written anew' : `${counted(how)} written over in place`
  return `${table}: ${what} by the down; ${unlookedWords(why, most)}`
}

function unlookedWords(why: Unlooked, most: number): string {
  switch (why) {
    case 'decided':
      return 'which values, and since when, was not looked at'
    case 'no key':
      return 'without a primary key nobody can tell which values, and since when'
    case 'unreadable':
      return 'a policy or right keeps whoever migrates from reading them: which values, and since when, is not known'
    case 'too large':
      return 'the table is too large to be read again meanwhile: which values, and since when, is not known'
    case 'too many':
      return `more than ${most} are not looked at one by one: which values, and since when, is not known`
  }
}

function counted(rows: number): string {
  return rows === 1 ? '1 row' : `${rows} rows`
}
