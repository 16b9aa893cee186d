import { type Kept, keptThrough, madeAnewWords } from '../../../src/domain/catalog/kept.ts'
import { downBegunBefore } from '../../../src/domain/rollback/rows-taken.ts'
import { loadCatalog, readCatalog } from '../catalog/catalog.ts'
import { isBegun } from '../notes.ts'
import { inOnePicture } from './careful-count.ts'
import { countLosses } from './loss.ts'
import { historyNow } from './proof.ts'
import { type Revert, refuseLosses, revertOne } from './revert-group.ts'
import { revertedOf, type ToRevert } from './revert-plan.ts'
import { seeRows, takenBetween } from './rows-seen.ts'

/**
 * By its own means: nobody can count inside of what is not ours. So it is counted once more right before, and what it
 * did to rows of tables that stay is seen afterwards, also where it failed.
 */
export async function revertAlone(run: Revert, group: readonly ToRevert[]): Promise<void> {
  for (const one of group) {
    const [before, after] = await Promise.all(
      [one.note?.before, one.note?.after].map((kept) => loadCatalog(run.order.directory, kept ?? null)),
    )
    await countAgain(run, one)
    const start = await readCatalog(run.client, run.order.settings)
    const kept = before && after ? keptThrough(before, after) : null
    await seeing(run, one, kept, async () => void (await revertOne(run, one, await historyNow(run))))
    if (!before || !after) continue
    const end = await readCatalog(run.client, run.order.settings)
    run.said.push(...madeAnewWords(one.file.name, { before, after }, start, end))
  }
}

/** The first count may be minutes old: a lock was waited for, and other downs ran. */
async function countAgain({ client, order }: Revert, one: ToRevert): Promise<void> {
  if (order.onLoss !== 'keep' || isBegun(one.note?.down ?? null)) return
  const reverted = await revertedOf(order, [one])
  if (reverted) refuseLosses(await inOnePicture(client, () => countLosses(client, reverted)), order)
}

async function seeing(
  { client, taken }: Revert,
  { file, note }: ToRevert,
  kept: readonly Kept[] | null,
  work: () => Promise<void>,
): Promise<void> {
  // What an earlier program had done of it is not to be seen any more.
  if (isBegun(note?.down ?? null) || kept === null) {
    taken.push(downBegunBefore(file.name, kept !== null))
    return await work()
  }
  const before = await seeRows(client, kept, 'is')
  let failed = true
  try {
    await work()
    failed = false
  } finally {
    // Where it failed, nobody knows what a table is called by now: those that still are what they were are looked at.
    const after = await seeRows(client, kept, failed ? 'is' : 'was').catch(() => new Map())
    taken.push(...takenBetween(file.name, before, after))
  }
}
