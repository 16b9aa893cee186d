/**
 * The order of a rollback, decided from what was done: values in, steps out. The workflow acts on them one by one.
 * Every step can fail alone; the ones that need it are held until a person decides.
 */
export type RollbackStep = {
  id: string
  kind: 'stop' | 'switch back' | 'start' | 'verify' | 'revert' | 'integrity' | 'application' | 'stability'
  host: string | null
  /** Ids that must be settled (done, or skipped by a person) before this one runs. */
  needs: readonly string[]
  /** Ids that must be *done*; a skip forbids this step. */
  needsProof: readonly string[]
}

export type Undone = {
  hosts: readonly string[]
  /** Hosts on which code, configuration and marker were switched, or may have been. */
  switched: readonly string[]
  /** Hosts on which the old release was stopped before the migrations (a release with downtime). */
  stopped: readonly string[]
  migrated: boolean
  /** Every migration of the release is declared additive. */
  additive: boolean
  only: 'all' | 'database' | 'configuration'
}

export function planRollback(undone: Undone): RollbackStep[] {
  const touched = undone.hosts.filter((host) => undone.switched.includes(host) || undone.stopped.includes(host))
  const stops = undone.switched.map((host) => step('stop', host, []))
  const proofs = stops.map((stop) => stop.id)
  const revertsFirst = undone.migrated && !undone.additive
  const revert = step('revert', null, [], proofs)

  const back = undone.switched.map((host) =>
    step('switch back', host, [`stop:${host}`, ...(revertsFirst ? [revert.id] : [])]),
  )
  const starts = touched.map((host) =>
    step('start', host, [
      ...(undone.switched.includes(host) ? [`switch back:${host}`] : []),
      ...(revertsFirst ? [revert.id] : []),
    ]),
  )
  const verify = step(
    'verify',
    null,
    starts.map((start) => start.id),
  )
  const stability = step('stability', null, [verify.id])
  const database = undone.migrated ? [step('integrity', null, [revert.id]), step('application', null, [revert.id])] : []

  if (touched.length === 0) return undone.migrated ? [revert, ...database, step('stability', null, [])] : []
  if (!undone.migrated) return [...stops, ...back, ...starts, verify, stability]
  if (revertsFirst) return [...stops, revert, ...back, ...starts, verify, ...database, stability]
  // Additive: the old code serves first; it does not know what is dropped afterwards.
  const late = { ...revert, needs: [verify.id] }
  return [...stops, ...back, ...starts, verify, late, ...database, stability]
}

/** What somebody asks for who wants to go back to before the first release: an empty environment. */
export const toNothing = 'nothing'

/** Which migrations of a release the configuration at its commit declares additive. */
export function allAdditive(migrations: readonly string[], declared: 'all' | 'none' | readonly string[]): boolean {
  if (migrations.length === 0 || declared === 'all') return true
  if (declared === 'none') return false
  return migrations.every((migration) => declared.includes(migration))
}

function step(
  kind: RollbackStep['kind'],
  host: string | null,
  needs: readonly string[],
  needsProof: readonly string[] = [],
): RollbackStep {
  return { id: host === null ? kind : `${kind}:${host}`, kind, host, needs, needsProof }
}
