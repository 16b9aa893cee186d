import { diffCatalogs } from '../../../src/domain/catalog/catalog.ts'
import { inShort } from '../../../src/domain/in-short.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import { loadCatalog } from '../catalog/catalog.ts'
import { isAway, saying } from '../client.ts'
import { indexesIn, removeInvalidIndexes } from '../invalid-indexes.ts'
import { isBegun } from '../notes.ts'
import type { RevertReport } from '../orders.ts'
import { freshSettings } from '../session.ts'
import { isSame, type State, stateNow } from './proof.ts'
import { revertAlone } from './revert-alone.ts'
import { type Revert, revertTogether, WouldLose } from './revert-group.ts'
import type { ToRevert } from './revert-plan.ts'

/** Neighbours in one transaction together, everything else one by one; each is proven before the next. */
export async function revertGroups(
  run: Revert,
  migrations: readonly ToRevert[],
  losses: readonly Loss[],
): Promise<RevertReport> {
  for (const group of groupsOf(migrations)) {
    try {
      await freshSettings(run.client, run.order.settings)
      await (group[0]?.file.down === 'ours' ? revertTogether(run, group) : revertAlone(run, group))
    } catch (error) {
      if (error instanceof WouldLose) return { losses: error.losses, failure: null }
      if (isAway(error)) throw error
      return { losses: [...losses], ...(await failedAs(run, error)) }
    }
  }
  return { losses: [...losses], failure: null }
}

/** A down outside a transaction that has begun and not ended: a part of it may have happened. */
export function isHalfBack({ file, note }: ToRevert): boolean {
  return file.down === 'own' && isBegun(note?.down ?? null)
}

function groupsOf(migrations: readonly ToRevert[]): ToRevert[][] {
  const groups: ToRevert[][] = []
  for (const migration of migrations) {
    const last = groups.at(-1)
    if (last && last[0]?.file.down === 'ours' && migration.file.down === 'ours') last.push(migration)
    else groups.push([migration])
  }
  return groups
}

/** What failed, who was in the way, and what the database holds now, which is read and never inferred. */
async function failedAs(run: Revert, error: unknown): Promise<Pick<RevertReport, 'failure' | 'unchanged'>> {
  const { settings } = run.order
  await freshSettings(run.client, settings)
  const removed = await removeInvalidIndexes(run.client, settings, indexesIn(run.start.catalog))
  const now = await stateNow(run)
  const unchanged = isSame(run.start, now)
  const said = saying(error, run.world.url)
  const holders = /lock timeout/.test(said) ? run.holders() : null
  const held = holders === null ? '' : `; held by ${holders}`
  const state = unchanged ? 'nothing was changed: history and schema are as before' : await leftAs(run, now)
  return {
    failure: { migration: run.at?.file.name ?? null, message: `${said}${held}; ${removed && `${removed}; `}${state}` },
    unchanged,
  }
}

/** What of the one that failed is undone, and what is not. */
async function leftAs({ order, start, at }: Revert, now: State): Promise<string> {
  const back = start.history.filter((name) => !now.history.includes(name))
  const before = back.length === 0 ? '' : `${back.join(', ')} went back; `
  if (at === null || !now.history.includes(at.file.name))
    return `${before}${at?.file.name ?? 'nothing'} is out of the history`
  const [was, aim] = [
    await loadCatalog(order.directory, at.note?.after ?? null),
    await loadCatalog(order.directory, at.note?.before ?? null),
  ]
  const done = was ? diffCatalogs(was, now.catalog) : []
  if (was !== null && done.length === 0) return `${before}nothing of ${at.file.name} was undone`
  const [undone, open] = [
    inShort(done).join('; '),
    aim ? inShort(diffCatalogs(aim, now.catalog)).join('; ') : 'not known',
  ]
  const next = at.file.resumes
    ? 'retry goes on with the statement that failed'
    : 'retry runs its down from the beginning'
  return `${before}${at.file.name} is half way: undone ${undone}; left to undo ${open}; mend what stopped it, then ${next}`
}
