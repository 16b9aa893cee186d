import type { Loss } from '../migration/migration.ts'

/** Values of one column (or a table's key) that a down gave other values. `since`: of rows written since the migration. */
export type Overwritten = { object: string; rows: number; since: number }

/**
 * Values older than the migration that a down overwrites are what its author meant to change: named, and no loss. Values
 * written since the migration, which its author could not know, would be lost.
 */
export function overwrittenLosses(migration: string, overwritten: readonly Overwritten[]): Loss[] {
  return overwritten.flatMap(({ object, since: rows }): Loss[] => {
    const why = `written since the migration, and its down writes over ${rows === 1 ? 'it' : 'them'}`
    return rows === 0 ? [] : [{ migration, object, rows, why, kind: 'lost' }]
  })
}

/** `users.name: 37 rows written over by the down` */
export function overwrittenLine({ object, rows }: Overwritten): string {
  return `${object}: ${counted(rows)} written over by the down`
}

/** Why nobody looked whether the down wrote values over. */
export type Unlooked = 'decided' | 'no key' | 'too many' | 'too large' | 'unreadable'

export function onlyUpdatedLine(table: string, rows: number, why: Unlooked, most: number): string {
  return `${table}: ${counted(rows)} written over in place by the down; ${unlookedWords(why, most)}`
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
