import { lossLine } from '../../src/domain/migration/loss-words.ts'
import type { RevertResult } from '../../src/domain/migration/migration.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { act, onHost } from '../proxies.ts'
import { Trouble } from '../run/interrupt.ts'
import { note, orderFor, type Run } from '../run/run.ts'
import { named } from '../run/trouble.ts'
import { type Back, tryOf } from './back.ts'

/** Reverts the release's migrations newest first, or keeps them where that would lose data or the policy says so. */
export async function revertMigrations(run: Run, back: Back): Promise<string> {
  const policy = run.plan.database?.onRollback ?? 'keep'
  const names = back.way.migrations.map((migration) => migration.name)
  if (names.length === 0) return 'no migration of this release is applied'
  if (!back.live) {
    back.schema = { reverted: [], kept: names, losses: [], restored: null }
    return `schema kept (this was the first deployment): ${names.join(', ')}`
  }
  if (policy === 'keep' || policy === 'ask') {
    back.schema = { reverted: [], kept: names, losses: [], restored: null }
    return `schema kept (on_rollback: ${policy}): ${names.join(', ')}`
  }
  return await revert(run, back, policy === 'revert' ? 'lose' : 'keep')
}

/**
 * The revert itself; says in words what became of the schema. With `count` nothing runs. Where old code has to wait for
 * it and nothing was changed, a failure is a reason to keep the schema.
 */
export async function revert(run: Run, back: Back, onLoss: OnLoss): Promise<string> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) return 'no database'
  const result = await runRevert(run, back, { host, database, onLoss })
  const { reverted, kept, losses, catalogRestored, failure, unchanged } = result
  back.schema = { reverted, kept, losses, restored: catalogRestored }
  for (const line of result.taken ?? []) note(run, 'step', `revert: ${line}`)
  for (const warning of result.warnings ?? []) note(run, 'step', `revert: ${warning}`)
  back.refused = null
  back.exact = unchanged !== undefined
  if (failure) {
    const message = `${failure.migration ?? 'revert'}: ${failure.message}`
    if (unchanged !== true || back.way.undone.additive || !back.live) {
      throw new Trouble({ kind: 'step_failed', step: 'revertMigrations', host, message })
    }
    back.refused = message
    return `schema kept (${kept.join(', ')}): ${message}`
  }
  if (kept.length > 0)
    return `schema kept (${kept.join(', ')}): ${losses.map(lossLine).join('; ') || 'nothing would be lost'}`
  const taken = (result.taken ?? []).map((line) => `; ${line}`).join('')
  const what = `reverted ${reverted.join(', ') || 'nothing (none was applied)'}`
  if (catalogRestored) return `${what}; the catalog equals the one before${taken}`
  // Applied before Belay came: nothing is claimed that nobody has seen.
  if (back.way.catalogBefore === null) return `${what}; how the catalog was before is not known${taken}`
  return notAsBefore(result, host)
}

type OnLoss = 'keep' | 'lose' | 'count'

/** As one detached step on the first host. */
async function runRevert(
  run: Run,
  back: Back,
  { host, database, onLoss }: { host: string; database: DatabasePlan; onLoss: OnLoss },
): Promise<RevertResult> {
  const { migrations, catalogBefore: before, catalogAfter: after } = back.way
  const names = migrations.map((one) => one.name).join(', ')
  const row = {
    id: 'revert',
    summary: `${onLoss === 'count' ? 'only counted: ' : ''}${migrations.length} newest first: ${names}`,
  }
  const order = orderFor(run, host)
  const input = { order, database, migrations: [...migrations], before, after, onLoss, try: tryOf(back, 'revert') }
  return await named('revertMigrations', host, () =>
    act(onHost(host, 'patient', database.migrations.timeoutMs).revertMigrations, row, input),
  )
}

/** What somebody else had changed stays theirs; any other difference is a way back that is not proven. */
function notAsBefore({ reverted, difference, foreign }: RevertResult, host: string): string {
  const what = difference.join('; ')
  if (foreign) return `reverted ${reverted.join(', ')}; left as it was, not this release's: ${what}`
  const detail = `differs from before: ${what}`
  throw new Trouble({ kind: 'not_proven', what: 'the catalog before the deployment', host, detail })
}
