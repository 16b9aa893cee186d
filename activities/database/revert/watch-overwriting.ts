import type pg from 'pg'
import { shortName } from '../../../src/domain/catalog/catalog.ts'
import { keptThrough } from '../../../src/domain/catalog/kept.ts'
import { overwrittenLine, overwrittenLosses, unlookedLine } from '../../../src/domain/rollback/overwritten.ts'
import type { MovedRows } from '../moved-rows.ts'
import type { Overwriting } from './carried-over.ts'
import { mostRewritten, overwrittenIn, type Rewritten, rememberRows, rewrittenBy, sinceApplied } from './overwritten.ts'
import type { ToRevert } from './revert-plan.ts'
import type { Reverted } from './reverted.ts'

type Watching = {
  /** Newest first. */
  group: readonly ToRevert[]
  /** What the downs did when they ran last. */
  moved: () => readonly MovedRows[]
  /** In words, what stops nothing. */
  tell: (line: string) => void
}

/** Values that the downs of a group write over in place: named, and a loss where they were written since. */
export function watchOverwriting(client: pg.ClientBase, { group, moved, tell }: Watching): Overwriting {
  let rewritten: Rewritten[] = []
  let since: string | null = null
  return {
    async look(kept, anew) {
      const touched = kept.map((one) => ({
        kept: one,
        moved: moved().find(({ table }) => table === one.table.was),
        anew: anew.has(one.table.was),
      }))
      const found = await rewrittenBy(client, touched)
      for (const line of found.lines) tell(line)
      rewritten = found.rewritten
      return rewritten.length > 0
    },

    async remember() {
      since = await sinceApplied(client, group.map(({ note }) => note).toReversed())
      const remembered = await rememberRows(client, rewritten, since)
      const others = rewritten.filter((one) => !remembered.includes(one))
      for (const { kept, keys, how } of others) {
        tell(unlookedLine(shortName(kept.table.is), how === 'anew' ? how : keys.length, 'unreadable', mostRewritten))
      }
      rewritten = remembered
    },

    async losses() {
      const overwritten = await overwrittenIn(client, rewritten)
      for (const one of overwritten) tell(overwrittenLine(one))
      if (since === null && overwritten.length > 0) tell(notKnownSince)
      // Which of several it was is not told apart; a person begins with the newest.
      return overwrittenLosses(group[0]?.file.name ?? '', overwritten)
    },
  }
}

const notKnownSince = 'whether any of that was written since the migration is not known on this host'

/** Without a second look: how many rows of tables that stay were written over. */
export function onlyUpdated(moved: readonly MovedRows[], reverted: Reverted): string[] {
  const kept = new Map(keptThrough(reverted.before, reverted.after).map(({ table }) => [table.was, table.is]))
  return moved.flatMap(({ table, updated }) => {
    const is = kept.get(table)
    return is === undefined || updated === 0 ? [] : [unlookedLine(shortName(is), updated, 'decided', mostRewritten)]
  })
}
