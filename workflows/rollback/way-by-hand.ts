import { patched } from '@temporalio/workflow'
import type { HostRecord, HostState, RollbackTarget } from '../../src/domain/host.ts'
import { targetLacks } from '../../src/domain/migration/words.ts'
import { giveBackClaim } from '../hosts/claim.ts'
import { Trouble } from '../run/interrupt.ts'
import type { Run } from '../run/run.ts'
import type { Way } from './back.ts'
import type { RollbackRequest } from './by-hand.ts'
import { bringBackReleases, declaredAdditive, nothing, toRevert } from './migrations-back.ts'

/** Where a rollback by hand goes, and over what: read from the hosts, which this run has claimed by now. */
export async function wayByHand(
  run: Run,
  request: RollbackRequest,
  states: ReadonlyMap<string, HostState>,
  targets: ReadonlyMap<string, RollbackTarget>,
): Promise<Way> {
  const hosts = run.plan.hosts
  const [first = ''] = hosts
  const target = targets.get(first)
  const state = states.get(first)
  const found = request.only === 'configuration' ? nothing : await toRevert(run, first, state, target)
  if ([...states.values()].every(({ claim: held }) => held === null)) await refuseMissing(run, target, found.missing)
  const additive = request.only === 'all' && (await declaredAdditive(run, first, state, found.migrations))
  const migrations = await bringBackReleases(run, first, found)
  return {
    undone: { hosts, switched: [...hosts], stopped: [], migrated: migrations.length > 0, additive, only: request.only },
    targets,
    current: new Map([...states].flatMap(([host, { records }]) => (records[0] ? [[host, records[0]]] : []))),
    earlier: new Map(
      [...states].map(([host, { records }]) => [host, olderThan(records, targets.get(host)?.record ?? null)]),
    ),
    migrations,
    catalogBefore: target?.catalog ?? null,
    catalogAfter: state?.records[0]?.catalog ?? null,
    by: request.by,
  }
}

/**
 * Somebody restored the database from a backup older than the target release: that release would start on a schema it
 * does not know. Refused, and the hosts are given back, because nothing was changed. A deployment that never finished goes
 * back all the same: there is no other way out of it.
 */
async function refuseMissing(run: Run, target: RollbackTarget | undefined, missing: readonly string[]): Promise<void> {
  const { hosts, environment } = run.plan
  // A rollback that began with an earlier version went on here, and is replayed as it was.
  if (missing.length === 0 || !patched('refuses-what-a-restored-database-lacks')) return
  for (const host of hosts) {
    await giveBackClaim(run, host, { id: `give back:${host}`, summary: 'nothing was changed' })
    run.fences.delete(host)
  }
  const message = targetLacks(target?.record?.release.version ?? 'the target', missing, environment)
  throw new Trouble({ kind: 'preparation_failed', step: 'reviewMigrations', host: hosts[0] ?? '', message })
}

function olderThan(records: readonly HostRecord[], target: HostRecord | null): readonly HostRecord[] {
  if (target === null) return []
  return records.slice(records.findIndex((record) => record.deployment === target.deployment) + 1)
}
