import { lossLine } from '../src/domain/reason.ts'
import { ask } from './ask.ts'
import { type Back, tryOf } from './back.ts'
import { lockHosts } from './hold-hosts.ts'
import { act, onHost } from './proxies.ts'
import { startAll, stopAll } from './release.ts'
import { note, orderFor, type Run, Trouble } from './run.ts'
import { named } from './trouble.ts'
import { runAllChecks } from './verify.ts'

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
 * After everything else: where the policy is to ask, or old code runs on a schema that was not declared compatible,
 * a person has the last word. Old code is up and was watched; nothing stands still while they think.
 * @returns false when they give up
 */
export async function decideOnSchema(run: Run, back: Back): Promise<boolean> {
  if (!mustAsk(run, back)) return true
  await lockHosts(run, `schema of ${run.plan.release.version} kept: ${back.schema.kept.join(', ')}`)
  const losses = back.schema.losses.map(lossLine).join('; ') || 'losses not counted'
  for (;;) {
    const decision = await ask(run, {
      question: 'schema',
      text: `Old code runs on the new schema (${back.schema.kept.join(', ')}). Reverting would lose: ${losses}. Answer keep, revert, or give_up.`,
      answers: ['keep', 'revert', 'give_up'],
    })
    if (decision?.answer === 'give_up') return false
    if (decision?.answer === 'keep') return true
    if (await revertAfterAll(run, back)) return true
  }
}

/** The revert itself, as one detached step on the first host. */
async function revert(run: Run, back: Back, onLoss: 'keep' | 'lose'): Promise<string> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) return 'no database'
  const { migrations, catalogBefore, catalogAfter } = back.way
  const result = await named('revertMigrations', host, () => {
    const row = {
      id: 'revert',
      summary: `${migrations.length} newest first: ${migrations.map((one) => one.name).join(', ')}`,
    }
    const input = {
      order: orderFor(run, host),
      database,
      migrations: [...migrations],
      before: catalogBefore,
      after: catalogAfter,
      onLoss,
      try: tryOf(back, 'revert'),
    }
    return act(onHost(host, 'patient', database.migrations.timeoutMs).revertMigrations, row, input)
  })
  back.schema = {
    reverted: result.reverted,
    kept: result.kept,
    losses: result.losses,
    restored: result.catalogRestored,
  }
  if (result.failure) {
    const message = `${result.failure.migration ?? 'revert'}: ${result.failure.message}`
    throw new Trouble({ kind: 'step_failed', step: 'revertMigrations', host, message })
  }
  if (result.kept.length > 0)
    return `schema kept (${result.kept.join(', ')}): ${result.losses.map(lossLine).join('; ')}`
  if (catalogBefore !== null && !result.catalogRestored) {
    const detail = `differs from before: ${result.difference.join('; ')}`
    throw new Trouble({ kind: 'not_proven', what: 'the catalog before the deployment', host, detail })
  }
  return `reverted ${result.reverted.join(', ') || 'nothing (none was applied)'}; the catalog equals the one before`
}

/** A person decided to lose the values: everything is stopped again, reverted, and started. */
async function revertAfterAll(run: Run, back: Back): Promise<boolean> {
  back.tries.set('revert', (back.tries.get('revert') ?? 1) + 1)
  try {
    for (const host of run.plan.hosts) await stopAll(run, host, 'the old release, for the revert')
    note(run, 'step', await revert(run, back, 'lose'))
    return true
  } catch (error) {
    note(run, 'failure', `revert failed: ${error instanceof Error ? error.message : String(error)}`)
    return false
  } finally {
    await startAgain(run, back)
  }
}

async function startAgain(run: Run, back: Back): Promise<void> {
  if (!back.live) return
  for (const host of run.plan.hosts) {
    await startAll(run, back.live, host, 'application')
    await startAll(run, back.live, host, 'worker')
  }
  await runAllChecks(run, back.live, true)
}

function mustAsk(run: Run, back: Back): boolean {
  // After a first deployment nothing runs on it.
  if (back.schema.kept.length === 0 || !back.live) return false
  return run.plan.database?.onRollback === 'ask' || !back.way.undone.additive
}
