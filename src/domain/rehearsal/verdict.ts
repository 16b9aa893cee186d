import { type Catalog, diffCatalogs, orderDifferences } from '../catalog/catalog.ts'
import { lossesByUp, lossesSince } from './loss.ts'
import type { RehearsedMigration } from './rehearsal.ts'
import { judgeRows, type Lost, rowCountDifferences, type TableDigest } from './rows.ts'

/** What was seen of one migration on a scratch database, from forth to forth again. */
export type Walked = {
  name: string
  wayBack: 'there' | 'missing' | 'empty' | 'disabled'
  /** Why there is no way back, as its author says. */
  declared: string | null
  /** Statements of the up that remove rows, as read: on tables without rows nothing else tells of them. */
  removes: readonly string[]
  before: SeenState
  up: Ran
  /** null: not run. */
  down: Ran | null
  again: Ran | null
  seeded: { rows: number; not: readonly string[]; existing: readonly TableDigest[] }
  /** Columns and tables whose values were seen to come back in a round of its own, with rows made up before the up. */
  provenBefore: ReadonlySet<string>
  /** What was seen not to come back in that round. */
  lostBefore: readonly Lost[]
  lock: RehearsedMigration['lock']
  rewrites: readonly string[]
}

/** `fingerprint`: of the catalog, with the order of columns; the same one, the same catalog. */
export type SeenState = { catalog: Catalog; fingerprint: string; rows: readonly TableDigest[] }

/** `message`: why it failed; null: it did not. `state`: of the database afterwards. */
export type Ran = { durationMs: number; message: string | null; state: SeenState }

/**
 * - `reversible`: schema and everything that was there before the up come back. What is written later into what the up made
 *   goes with it: `loses` names it, and it is counted when somebody really goes back.
 * - `loses`: the schema comes back, but values that were there *before* the up do not: the up dropped or narrowed them, took
 *   a label away, or removed or overwrote rows, and the way back does not bring them back.
 * - `no_way_back`: its author says so, with the reason; its down is not run.
 * - `broken`: the up fails; the way back is missing, empty or disabled and nobody said so; it fails, does not restore the
 *   schema, or harms what the up had left alone; or the up cannot be applied again, or comes to something else.
 */
export function judgeMigration(walked: Walked): RehearsedMigration {
  const { name, declared, lock, rewrites } = walked
  const rows = walked.down ? judgedRows(walked, walked.down) : null
  const up = { ...timed(walked.up), state: walked.up.message === null ? ('ok' as const) : ('failed' as const) }
  const down = downOf(walked, rows?.damaged ?? [])
  const again = againOf(walked)
  const proven = new Set([...(rows?.proven ?? []), ...walked.provenBefore])
  const byUp =
    up.state === 'ok' ? lossesByUp(walked, { lost: [...(rows?.lost ?? []), ...walked.lostBefore], proven }) : []
  const restored = down.state === 'exact' || down.state === 'order_only'
  const broken =
    up.state === 'failed' || (declared === null && (!restored || again.state === 'failed' || again.state === 'differs'))
  const verdict = broken ? 'broken' : declared !== null ? 'no_way_back' : byUp.length > 0 ? 'loses' : 'reversible'
  const loses = [...byUp, ...(restored ? lossesSince(walked.before.catalog, walked.up.state.catalog) : [])]
  const seeded = { rows: walked.seeded.rows, not: walked.seeded.not }
  return { name, verdict, up, down, again, seeded, loses, declared, lock, rewrites, warnings: [] }
}

/** One that could not be tried because `failed` cannot be applied: nothing is proven of it. */
export function notWalked(name: string, declared: string | null, message: string): RehearsedMigration {
  const none = { state: 'not_run' as const, durationMs: 0, message: null, difference: [] }
  const nothing = { seeded: { rows: 0, not: [] }, loses: [], lock: null, rewrites: [], warnings: [] }
  const up = { state: 'not_run' as const, durationMs: 0, message }
  return { name, verdict: 'broken', up, down: none, again: none, declared, ...nothing }
}

function judgedRows({ before, up, seeded }: Walked, down: Ran) {
  if (down.message !== null) return null
  return judgeRows({ before: before.rows, up: up.state.rows, seeded: seeded.existing, down: down.state.rows })
}

function downOf(
  { declared, wayBack, up, before, down }: Walked,
  damaged: readonly string[],
): RehearsedMigration['down'] {
  const none = { durationMs: 0, difference: [], message: null }
  if (up.message !== null) return { ...none, state: 'not_run' }
  if (declared !== null) return { ...none, state: 'none' }
  if (down === null) return { ...none, state: 'none', message: `its way back is ${wayBack}, and nothing says why` }
  if (down.message !== null) {
    return { ...timed(down), state: 'failed', difference: differences(up.state, down.state) }
  }
  const difference = [...differences(before, down.state), ...damaged]
  if (difference.length > 0) return { ...timed(down), state: 'not_restored', difference }
  const order = orderDifferences(before.catalog, down.state.catalog)
  return { ...timed(down), state: order.length > 0 ? 'order_only' : 'exact', difference: order }
}

function againOf({ up, again, seeded }: Walked): RehearsedMigration['again'] {
  if (again === null) return { state: 'not_run', durationMs: 0, difference: [], message: null }
  if (again.message !== null) return { ...timed(again), state: 'failed', difference: [] }
  const known = ({ table }: TableDigest) => !seeded.existing.some((one) => one.table === table)
  const difference = [
    ...differences(up.state, again.state),
    ...rowCountDifferences(up.state.rows.filter(known), again.state.rows.filter(known)),
  ]
  return { ...timed(again), state: difference.length > 0 ? 'differs' : 'ok', difference }
}

function timed({ durationMs, message }: Ran): { durationMs: number; message: string | null } {
  return { durationMs, message }
}

function differences(expected: SeenState, got: SeenState): string[] {
  return expected.fingerprint === got.fingerprint ? [] : diffCatalogs(expected.catalog, got.catalog)
}
