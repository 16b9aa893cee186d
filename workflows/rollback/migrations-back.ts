import type { AppliedMigration, HostRecord, HostState, RollbackTarget } from '../../src/domain/host.ts'
import type { GoneRelease } from '../../src/domain/migration/migration.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { allAdditive } from '../../src/domain/rollback/plan.ts'
import { buildOn, fetchOn } from '../hosts/make-release.ts'
import { act, onHost } from '../proxies.ts'
import { note, orderFor, type Run } from '../run/run.ts'
import { isReset, messageOf, named } from '../run/trouble.ts'

/** What a rollback by hand reverts, newest first; and the releases that the reverts need but somebody has deleted. */
export type ToRevert = {
  migrations: readonly AppliedMigration[]
  gone: readonly GoneRelease[]
  /** Applied at the target, and not in the database any more, which somebody restored from an older backup. */
  missing: readonly string[]
}

export const nothing: ToRevert = { migrations: [], gone: [], missing: [] }

/**
 * What is applied in the world now, less what was applied at the target, each with the release that applied it. That
 * may be none that is live or of record: a deployment whose way back was given up half way left its migrations.
 */
export async function toRevert(
  run: Run,
  host: string,
  state: HostState | undefined,
  target: RollbackTarget | undefined,
): Promise<ToRevert> {
  const { database } = run.plan
  const releaseDirectory = state?.live.releaseDirectory ?? state?.records[0]?.releaseDirectory ?? null
  if (!database || !target?.migrations || releaseDirectory === null) return nothing
  const known = state?.records[0]?.migrations ?? null
  const review = await named('reviewMigrations', host, () => {
    const row = { id: 'review migrations', summary: 'what is applied, and which release brought it' }
    return act(onHost(host, 'patient').reviewMigrations, row, {
      order: orderFor(run, host),
      database,
      releaseDirectory,
      known: known ? [...known] : null,
      way: 'back',
    })
  })
  const before = new Set(target.migrations.map((migration) => migration.name))
  // An agent of an earlier version names no owners; then, as it did, the live release counts as the owner.
  const owners =
    review.owners ??
    review.applied.map((name) => known?.find((owned) => owned.name === name) ?? { name, releaseDirectory })
  const migrations = [...owners, ...(review.vanished ?? [])].filter(({ name }) => !before.has(name)).toReversed()
  const needed = new Set(migrations.map((migration) => migration.releaseDirectory))
  const lost = [...(review.vanished ?? []).map(({ name }) => name), ...(review.restored ?? [])]
  const missing = lost.filter((name) => before.has(name))
  return { migrations, missing, gone: (review.gone ?? []).filter((release) => needed.has(release.releaseDirectory)) }
}

/** Each release's own declaration counts for the migrations it brought. */
export async function declaredAdditive(
  run: Run,
  host: string,
  state: HostState | undefined,
  migrations: readonly AppliedMigration[],
): Promise<boolean> {
  for (const owner of new Set(migrations.map((migration) => migration.releaseDirectory))) {
    const record = state?.records.find((candidate) => candidate.releaseDirectory === owner)
    const names = migrations
      .filter((migration) => migration.releaseDirectory === owner)
      .map((migration) => migration.name)
    const plan = record ? await storedPlan(run, host, record) : run.plan
    if (!allAdditive(names, plan.database?.migrations.additive ?? 'none')) return false
  }
  return true
}

async function storedPlan(run: Run, host: string, record: HostRecord): Promise<Plan> {
  const row = { id: `plan:${record.release.version}`, summary: 'what it declared additive' }
  return await act(onHost(host, 'probe').readPlan, row, { order: orderFor(run, host), digest: record.planDigest })
}

/**
 * Makes the releases again whose directories somebody deleted, from their commits, as their deployments did: only now
 * is git needed. Before anything is stopped. What cannot be made again is refused by the revert, in words.
 */
export async function bringBackReleases(
  run: Run,
  host: string,
  { migrations, gone }: Pick<ToRevert, 'migrations' | 'gone'>,
): Promise<readonly AppliedMigration[]> {
  if (run.plan.database?.onRollback === 'keep') return migrations
  const again = new Map<string | null, string>()
  for (const [at, release] of gone.entries()) {
    const made = await bringBack(run, host, release, at + 1)
    if (made !== null) again.set(release.releaseDirectory, made)
  }
  return migrations.map((one) => ({
    ...one,
    releaseDirectory: again.get(one.releaseDirectory) ?? one.releaseDirectory,
  }))
}

async function bringBack(run: Run, host: string, release: GoneRelease, attempt: number): Promise<string | null> {
  const { planDigest: digest, releaseDirectory } = release
  try {
    if (digest === null) return unmakeable(run, releaseDirectory, 'nobody here knows what it was made from')
    const row = { id: `plan of ${releaseDirectory}`, summary: 'what it was made from' }
    const plan = await act(onHost(host, 'probe').readPlan, row, { order: orderFor(run, host), digest })
    const made = await make(run, host, plan, attempt)
    note(
      run,
      'step',
      `${host}: ${releaseDirectory} was gone; ${plan.release.version} was made again for its migrations`,
    )
    return made
  } catch (error) {
    if (isReset(error)) throw error
    return unmakeable(run, releaseDirectory, messageOf(error))
  }
}

function unmakeable(run: Run, releaseDirectory: string, why: string): null {
  note(run, 'failure', `${releaseDirectory} is gone and could not be made again: ${why}`)
  return null
}

async function make(run: Run, host: string, plan: Plan, attempt: number): Promise<string> {
  const summary = `${plan.release.version} again, for its migrations`
  const { releaseDirectory, source } = await fetchOn(run, host, plan, summary)
  await buildOn(run, host, plan, { releaseDirectory, attempt })
  return source ?? releaseDirectory
}
