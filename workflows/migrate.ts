import type { AppliedMigration } from '../src/domain/host.ts'
import type { DatabasePlan } from '../src/domain/plan.ts'
import { act, onHost } from './proxies.ts'
import { Trouble } from './run/interrupt.ts'
import { sourceOf } from './run/live.ts'
import { orderFor, type Run, tick } from './run/run.ts'
import { named } from './run/trouble.ts'

/** Applies the pending migrations from the first host, which reaches the database. */
export async function migrate(run: Run): Promise<void> {
  const { database, hosts } = run.plan
  const [host] = hosts
  if (!database || host === undefined) {
    tick(run, 'during.migrations_applied', { state: 'not_applicable', detail: 'no database' })
    return
  }
  if (run.pending.length === 0) {
    tick(run, 'during.migrations_applied', { state: 'passed', via: 'belay', detail: 'none pending; history unchanged' })
    run.done.catalogAfter = run.done.catalogBefore
    return
  }
  const { applied, failure } = await applyPending(run, host, database)
  if (failure) {
    tick(run, 'during.migrations_applied', { state: 'failed', via: 'belay', detail: failure.message })
    const message = `${failure.migration ?? 'migrations'}: ${failure.message}`
    throw new Trouble({ kind: 'step_failed', step: 'migrate', host, message })
  }
  const detail = `applied and found in the history: ${applied.join(', ')}`
  tick(run, 'during.migrations_applied', { state: 'passed', via: 'belay', detail })
}

async function applyPending(run: Run, host: string, database: DatabasePlan) {
  run.done.migrating = true
  const releaseDirectory = sourceOf(run.live, host)
  // Noted before acting: if the worker dies in between, the rollback looks for exactly these.
  run.done.migrations = ownedBy(run.pending, releaseDirectory, run.snapshot)
  const result = await named('migrate', host, () => {
    const row = { id: 'migrate', summary: `${run.pending.length} on ${host}: ${run.pending.join(', ')}` }
    const input = { order: orderFor(run, host), database, releaseDirectory, pending: run.pending, try: 1 }
    return act(onHost(host, 'patient', database.migrations.timeoutMs).migrate, row, input)
  })
  run.done.migrations = ownedBy(result.applied, releaseDirectory, result.snapshot ?? null)
  run.done.catalogAfter = result.catalogAfter
  return result
}

function ownedBy(names: readonly string[], releaseDirectory: string, snapshot: string | null): AppliedMigration[] {
  const kept = snapshot === null ? {} : { snapshot }
  return names.map((name) => ({ name, releaseDirectory, ...kept }))
}
