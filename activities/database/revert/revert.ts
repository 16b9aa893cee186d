import type pg from 'pg'
import { diffCatalogs } from '../../../src/domain/catalog/catalog.ts'
import { forbiddenWords } from '../../../src/domain/migration/loss-words.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import { readCatalog } from '../catalog/catalog.ts'
import { isAway } from '../client.ts'
import type { ProgramWorld, RevertOrder, RevertReport } from '../orders.ts'
import { withMigrationLock } from '../session.ts'
import { toolFor } from '../tools/tools.ts'
import { inOnePicture } from './careful-count.ts'
import { watchingHolders } from './holders.ts'
import { countLosses } from './loss.ts'
import { stateNow } from './proof.ts'
import { isHalfBack, revertGroups } from './revert-groups.ts'
import { planRevert, revertedOf, type ToRevert } from './revert-plan.ts'
import type { Reverted } from './reverted.ts'

/**
 * Reverts what of these migrations is applied, newest first, each with the files and tool of the release that applied
 * it. With `keep`, all losses are counted first, and anything that would be lost keeps everything; rows that the revert
 * forbids again refuse it whatever was decided. What runs in our transactions is counted again there, with the tables
 * locked, and goes back together or not at all. Run again after any cut it goes on where the history says it stopped.
 */
export async function revertApplied(order: RevertOrder, world: ProgramWorld): Promise<RevertReport> {
  const { settings, onLoss } = order
  const tool = toolFor(settings)
  return await withMigrationLock({ url: world.url, settings }, async (client) => {
    const plan = await planRevert({ client, ...world }, tool, order)
    if ('refused' in plan) return refused(plan.refused)
    const { migrations, warnings: said } = plan
    if (migrations.length === 0) return { losses: [], failure: null }
    const reverted = await revertedNow(client, order, migrations)
    if (reverted === null && onLoss !== 'lose') return refused(uncountable)
    const losses = reverted ? await counted(client, reverted, order) : []
    if (onLoss === 'count' || (onLoss === 'keep' && losses.length > 0)) return { losses, failure: null }
    const forbidden = losses.filter(({ kind }) => kind === 'forbidden')
    if (forbidden.length > 0) return { ...refused(`${forbiddenWords(forbidden)}; nothing was changed`), losses }
    const start = await stateNow({ client, tool, order, world })
    const drift = reverted ? diffCatalogs(reverted.after, start.catalog) : []
    const taken: string[] = []
    const report = await watchingHolders(world.url, (holders) =>
      revertGroups({ client, tool, order, world, holders, start, drift, said, taken, at: null }, migrations, losses),
    )
    const told = taken.length === 0 ? report : { ...report, taken }
    return said.length === 0 ? told : { ...told, warnings: said, drift }
  })
}

/** As it is now: one whose down was cut off outside a transaction has lost a part of what it brought. */
async function revertedNow(
  client: pg.ClientBase,
  order: RevertOrder,
  migrations: readonly ToRevert[],
): Promise<Reverted | null> {
  const reverted = await revertedOf(order, migrations)
  const begun = migrations[0] !== undefined && isHalfBack(migrations[0])
  return reverted && begun ? { ...reverted, after: await readCatalog(client, order.settings) } : reverted
}

function refused(message: string): RevertReport {
  return { losses: [], failure: { migration: null, message }, unchanged: true }
}

const uncountable =
  'what would be lost cannot be counted: the catalogs around these migrations are not kept on this host'

/** Who has decided to lose values is told how many, but is not stopped by one that cannot be counted. */
async function counted(client: pg.ClientBase, reverted: Reverted, { onLoss }: RevertOrder): Promise<Loss[]> {
  try {
    return await inOnePicture(client, () => countLosses(client, reverted))
  } catch (error) {
    if (onLoss !== 'lose' || isAway(error)) throw error
    return []
  }
}
