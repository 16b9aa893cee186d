import type { Freezes } from '../../src/domain/gate/freeze.ts'
import type { EnvironmentLock } from '../../src/domain/host.ts'
import type { History } from '../../src/history/history.ts'
import type { LockKind } from '../../src/history/locks.ts'

/** What stands between a release and an environment. */
export type EnvironmentFacts = {
  lock: (EnvironmentLock & { kind: LockKind }) | null
  blocked: { reason: string; since: string } | null
  versionOfRecord: { version: string; commit: string; at: string } | 'unknown' | null
  /** Absent, as are freezes: the answer of a worker of an earlier version. */
  expired?: readonly EnvironmentLock[]
  freezes?: Freezes
  /** This worker demands proven names there, whatever a plan says; absent: as answered by earlier versions. */
  demandsProof?: boolean
}

export type Place = { service: string; environment: string }

export async function readEnvironmentFacts(
  history: History,
  wanted: Place & { version: string; commit: string },
): Promise<EnvironmentFacts> {
  const [locks, expired, freezes, blocked, record] = await Promise.all([
    history.readLocks(wanted),
    history.readExpiredLocks(wanted),
    history.readFreezes(wanted),
    history.readBlocked(wanted),
    history.readVersionOfRecord(wanted),
  ])
  const [lock] = locks
  return {
    expired: expired.map(({ reason, by, since, until }) => ({ reason, by, since, until })),
    freezes,
    lock: lock ? { kind: lock.kind, reason: lock.reason, by: lock.by, since: lock.since, until: lock.until } : null,
    blocked: blocked && { reason: blocked.reason, since: blocked.since },
    versionOfRecord:
      record === null || record === 'unknown'
        ? record
        : { version: record.version, commit: record.commit, at: record.at },
  }
}
