import type pg from 'pg'
import type { Loss } from '../../../src/domain/migration.ts'
import { isAway, saying } from '../client.ts'
import { type MigrationNote, writeNote } from '../notes.ts'
import type { ProgramWorld, RevertOrder, RevertReport } from '../orders.ts'
import { freshSettings, inTransaction, withMigrationLock } from '../session.ts'
import type { MigrationTool } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { countLosses, type Reverted, tablesConcerned } from './loss.ts'
import { historyAsked, planRevert, revertedOf, type ToRevert } from './revert-plan.ts'

/**
 * Reverts what of these migrations is applied, newest first, each with the files and tool of the release that applied
 * it. With `keep`, all losses are counted first, and anything that would be lost keeps everything. What runs in our
 * transactions is counted again there, with the tables locked, and goes back together or not at all. Run again after
 * any cut it goes on where the history says it stopped.
 */
export async function revertApplied(order: RevertOrder, world: ProgramWorld): Promise<RevertReport> {
  const { settings } = order
  const tool = toolFor(settings)
  return await withMigrationLock({ url: world.url, settings }, async (client) => {
    const plan = await planRevert({ client, ...world }, tool, order)
    if ('refused' in plan) return { losses: [], failure: { migration: null, message: plan.refused } }
    const { migrations } = plan
    if (migrations.length === 0) return { losses: [], failure: null }
    const reverted = await revertedOf(order, migrations)
    if (reverted === null && order.onLoss === 'keep') {
      const message =
        'what would be lost cannot be counted: the catalogs around these migrations are not kept on this host'
      return { losses: [], failure: { migration: null, message } }
    }
    const losses = reverted ? await counted(client, reverted, order) : []
    if (losses.length > 0 && order.onLoss === 'keep') return { losses, failure: null }
    return await revertGroups({ client, tool, order, world, at: null }, migrations, losses)
  })
}

type Run = {
  client: pg.Client
  tool: MigrationTool
  order: RevertOrder
  world: ProgramWorld
  /** The one that is going back now. */
  at: string | null
}

/** Who has decided to lose values is told how many, but is not stopped by one that cannot be counted. */
async function counted(client: pg.ClientBase, reverted: Reverted, { onLoss }: RevertOrder): Promise<Loss[]> {
  try {
    return await countLosses(client, reverted)
  } catch (error) {
    if (onLoss === 'keep' || isAway(error)) throw error
    return []
  }
}

async function revertGroups(run: Run, migrations: readonly ToRevert[], losses: Loss[]): Promise<RevertReport> {
  for (const group of groupsOf(migrations)) {
    try {
      await freshSettings(run.client, run.order.settings)
      const history = await historyOf(run)
      const together = group[0]?.file.down === 'ours'
      await (together ? inTransaction(run.client, () => revertGroup(run, group)) : revertGroup(run, group))
      await proveReverted(run, group, history)
    } catch (error) {
      if (error instanceof WouldLose) return { losses: error.losses, failure: null }
      if (isAway(error)) throw error
      return { losses, failure: { migration: run.at, message: saying(error, run.world.url) } }
    }
  }
  return { losses, failure: null }
}

/** Neighbours that go back in one transaction; each that does not, alone. */
function groupsOf(migrations: readonly ToRevert[]): ToRevert[][] {
  const groups: ToRevert[][] = []
  for (const one of migrations) {
    const last = groups.at(-1)
    if (last?.[0]?.file.down === 'ours' && one.file.down === 'ours') last.push(one)
    else groups.push([one])
  }
  return groups
}

async function revertGroup(run: Run, group: readonly ToRevert[]): Promise<void> {
  const { client, tool, order, world } = run
  const reverted = await revertedOf(order, group)
  const inOurs = group[0]?.file.down === 'ours'
  if (reverted && inOurs) await lockTables(client, reverted)
  // Outside our transaction a count that is cut off half way would be wrong; it was done before anything ran.
  if (reverted && inOurs && order.onLoss === 'keep') {
    const losses = await countLosses(client, reverted)
    if (losses.length > 0) throw new WouldLose(losses)
  }
  for (const one of group) {
    const { file, release } = one
    const note = one.note ?? noteFor(one, order)
    await writeNote(order.directory, { ...note, down: note.down ?? { done: 0, began: null } })
    const { url, environment } = world
    const toolRun = { ...release, client, url, environment, file, earlier: note.down, note: noting(order, note) }
    run.at = file.name
    await tool.down(toolRun)
  }
}

function noting(order: RevertOrder, note: MigrationNote) {
  return async (down: MigrationNote['down']) => {
    note.down = down
    await writeNote(order.directory, note)
  }
}

/** Applied before Belay came, by a release that is known: at least its revert is remembered. */
function noteFor({ file, release }: ToRevert, { deployment, before }: RevertOrder): MigrationNote {
  const { releaseDirectory } = release
  const { name, sha256 } = file
  return { name, deployment, releaseDirectory, sha256, snapshot: null, before, after: null, up: null, down: null }
}

/** Nobody writes to what is counted and dropped, from the count to the commit. */
async function lockTables(client: pg.ClientBase, reverted: Reverted): Promise<void> {
  const tables = tablesConcerned(reverted)
  if (tables.length > 0) await client.query(`lock table only ${tables.join(', only ')} in access exclusive mode`)
}

/** Whatever the tool said: the history holds what it held, without these. */
async function proveReverted(run: Run, group: readonly ToRevert[], before: readonly string[]): Promise<void> {
  await freshSettings(run.client, run.order.settings)
  const history = await historyOf(run)
  const expected = before.filter((name) => !group.some(({ file }) => file.name === name))
  if (history.join('\n') === expected.join('\n')) return
  const left = history.filter((name) => !expected.includes(name)).map((name) => `still ${name}`)
  const gone = expected.filter((name) => !history.includes(name)).map((name) => `without ${name}`)
  throw new Error(
    `history: expected ${expected.at(-1) ?? 'nothing'} as the last one, got ${[...left, ...gone].join(', ')}`,
  )
}

async function historyOf({ client, tool, order, world }: Run): Promise<string[]> {
  return await tool.history({ client, ...world }, historyAsked(order))
}

/** Not a failure: the reason to keep the schema. */
class WouldLose extends Error {
  readonly losses: Loss[]
  constructor(losses: Loss[]) {
    super('values would be lost')
    this.losses = losses
  }
}
