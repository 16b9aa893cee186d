import type pg from 'pg'
import { forbiddenWords, lossLine } from '../../../src/domain/migration/loss-words.ts'
import type { Loss } from '../../../src/domain/migration/migration.ts'
import { readCatalog } from '../catalog/catalog.ts'
import { type MovedRows, movedBy } from '../moved-rows.ts'
import { type MigrationNote, writeNote } from '../notes.ts'
import type { ProgramWorld, RevertOrder } from '../orders.ts'
import { freshSettings } from '../session.ts'
import type { MigrationTool } from '../tools/tool.ts'
import { bothOf, carryingOver } from './carried-over.ts'
import type { Holders } from './holders.ts'
import { countLosses, tablesConcerned } from './loss.ts'
import { historyNow, proveBack, type State } from './proof.ts'
import { revertedOf, type ToRevert } from './revert-plan.ts'
import type { Reverted } from './reverted.ts'
import { inShortTries, tryMsOf, waitAtMost } from './short-tries.ts'
import { takenAway, withCounted } from './taken-away.ts'
import { onlyUpdated, watchOverwriting } from './watch-overwriting.ts'
import { watchTaken } from './watch-taken.ts'

export type Revert = {
  client: pg.Client
  tool: MigrationTool
  order: RevertOrder
  world: ProgramWorld
  holders: Holders
  /** What was there before anything of this ran. */
  start: State
  /** What somebody else changed in the schema, in words: none of it is this revert's business. */
  drift: readonly string[]
  /** What stops nothing and should be known, in words; more comes while it runs. */
  said: string[]
  /** What downs did to rows that nobody could count beforehand, in words. */
  taken: string[]
  /** The one that is going back now. */
  at: ToRevert | null
}

/** In one transaction: counted under the locks, each proven before the next and no value missing, all or nothing. */
export async function revertTogether(run: Revert, group: readonly ToRevert[]): Promise<void> {
  const { client, order } = run
  const { settings } = order
  const reverted = await revertedOf(order, group)
  const tables = reverted ? await tablesConcerned(client, reverted) : []
  let taken: string[] = []
  await inShortTries(client, { settings, tables }, async () => {
    if (reverted) refuseLosses(await countLosses(client, reverted), order)
    taken = await runDowns(run, group, reverted)
  })
  run.taken.push(...taken)
  await freshSettings(client, settings)
}

/** Answers with what they did to rows that stops nothing, in words. Who has decided to lose values is told, and nothing runs twice. */
async function runDowns(run: Revert, group: readonly ToRevert[], reverted: Reverted | null): Promise<string[]> {
  const { client, order } = run
  let moved: MovedRows[] = []
  const downs = async () => {
    moved = await movedBy(client, async () => {
      let history = await historyNow(run)
      for (const one of group) history = await revertOne(run, one, history)
    })
  }
  if (reverted === null || order.onLoss !== 'keep') {
    await downs()
    return reverted ? onlyUpdated(moved, reverted) : []
  }
  const taken: string[] = []
  const read = () => readCatalog(client, order.settings)
  const written = watchOverwriting(client, { group, moved: () => moved, tell: (line) => void taken.push(line) })
  const over = bothOf(written, watchTaken(client, { group, moved: () => moved }))
  const missing = await carryingOver(client, { reverted, read, over }, downs)
  refuseLosses(withCounted(missing, takenAway(moved, group, reverted)), order)
  return taken
}

/** Not a failure: the reason to keep the schema. */
export class WouldLose extends Error {
  readonly losses: Loss[]
  constructor(losses: Loss[]) {
    super(losses.map(lossLine).join('; '))
    this.losses = losses
  }
}

export function refuseLosses(losses: Loss[], { onLoss }: RevertOrder): void {
  if (onLoss === 'keep' && losses.length > 0) throw new WouldLose(losses)
  const forbidden = losses.filter(({ kind }) => kind === 'forbidden')
  if (forbidden.length > 0) throw new Error(forbiddenWords(forbidden))
}

/** Answers with the history afterwards. */
export async function revertOne(run: Revert, one: ToRevert, history: readonly string[]): Promise<string[]> {
  const { client, tool, order, world } = run
  const { file, release } = one
  const note = one.note ?? noteFor(one, order)
  run.at = one
  await writeNote(order.directory, { ...note, down: note.down ?? { done: 0, began: null } })
  const { url, environment } = world
  await tool.down({ ...release, client, url, environment, file, earlier: note.down, note: noting(order, note) })
  // What the down has set for itself is forgotten; in a transaction the locks are waited for as shortly as before.
  await freshSettings(client, order.settings)
  if (file.down === 'ours') await waitAtMost(client, tryMsOf(order.settings))
  return await proveBack(run, { one, history, drift: run.drift })
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
  const { name, sha256, bytes } = file
  const fresh = { after: null, up: null, down: null, reverted: false }
  return { name, deployment, releaseDirectory, sha256, bytes, snapshot: null, before, ...fresh }
}
