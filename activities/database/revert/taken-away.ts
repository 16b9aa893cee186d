import { shortName } from '../../../src/domain/catalog/catalog.ts'
import { keptThrough } from '../../../src/domain/catalog/kept.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import type { MovedRows } from '../moved-rows.ts'
import type { ToRevert } from './revert-plan.ts'
import type { Reverted } from './reverted.ts'

/**
 * Rows that the downs took out of tables that stay, beyond those that their ups had put in: DELETE, and what cascades
 * from it. Where an up did not run in a transaction of ours, nobody knows what it put in, and nothing is said.
 */
export function takenAway(moved: readonly MovedRows[], group: readonly ToRevert[], reverted: Reverted): Loss[] {
  const notes = group.map(({ note }) => note?.inserted)
  if (notes.some((inserted) => inserted === undefined)) return []
  const own = (relation: number) =>
    notes
      .flatMap((inserted) => inserted ?? [])
      .reduce((sum, one) => sum + (one.relation === relation ? one.rows : 0), 0)
  const kept = new Set(keptThrough(reverted.before, reverted.after).map(({ table }) => table.was))
  return moved.flatMap(({ relation, table, inserted, deleted }): Loss[] => {
    // What is put back in other words was not taken away.
    const rows = deleted - inserted - own(relation)
    if (rows <= 0 || !kept.has(table)) return []
    const migration = group[0]?.file.name ?? ''
    return [{ migration, object: shortName(table), rows, why: 'taken away by its down', kind: 'lost' }]
  })
}

/** Of what was found row by row and what the numbers say, the more of each table: either may see what the other does not. */
export function withCounted(found: readonly Loss[], counted: readonly Loss[]): Loss[] {
  const same = (a: Loss, b: Loss) => a.object === b.object && a.why === b.why
  const more = counted.filter((one) => !found.some((other) => same(one, other) && other.rows >= one.rows))
  return [...found.filter((one) => !more.some((other) => same(one, other))), ...more]
}
