import type { HostRecord } from '../../src/domain/host.ts'
import { now, type Run } from '../run/run.ts'

/** This release as a host remembers it, newest in its list: the version of record. */
export function newRecord(run: Run, host: string): HostRecord {
  const first = host === run.plan.hosts[0]
  return {
    deployment: run.plan.deployment,
    release: run.plan.release,
    releaseDirectory: run.live.releaseDirectories.get(host) ?? '',
    planDigest: run.plan.digest,
    configuration: run.live.configuration.get(host) ?? [],
    migrations: first && run.appliedBefore ? [...run.appliedBefore, ...run.done.migrations] : null,
    catalog: first ? run.done.catalogAfter : null,
    outcome: 'SUCCESS',
    at: now(),
  }
}

/** As many as can still be gone back to; the directories of older ones are pruned. */
export function earlierRecords(run: Run, host: string): readonly HostRecord[] {
  return (run.hostStates.get(host)?.records ?? []).slice(0, Math.max(1, run.plan.layout.keep))
}
