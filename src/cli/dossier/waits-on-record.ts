import { Unreachable } from '../../client/errors.ts'
import { claimed } from '../../domain/item-words.ts'
import type { Wait } from '../../domain/waiting.ts'
import type { DeploymentRow } from '../../history/deployments.ts'
import type { EnvironmentStatus } from '../../history/environment.ts'
import type { LockRow } from '../../history/locks.ts'
import { withHistory } from '../read-history.ts'
import type { Shell } from '../shell/shell.ts'

/**
 * What waits although no run is open: environments locked after a failed rollback, deployments by hand that nobody
 * verified. null: the history does not answer, which is said.
 */
export async function waitsOnRecord(shell: Shell): Promise<{ waits: Wait[]; environments: number } | null> {
  try {
    return await withHistory(shell, async (history) => {
      const places = await history.listEnvironments()
      const manual = await history.listDeployments({ kind: 'manual', limit: 200 })
      const waits = places.flatMap((place) => [...halfWay(place), ...unverified(place, manual.rows)])
      return { waits, environments: places.length }
    })
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error
    shell.say(error.message)
    return null
  }
}

function halfWay(place: EnvironmentStatus): Wait[] {
  return place.locks.filter((lock) => lock.kind === 'rollback_failed').map((lock) => afterRollback(place, lock))
}

function afterRollback({ service, environment }: EnvironmentStatus, lock: LockRow): Wait {
  const { deployment, since, until, reason } = lock
  return {
    kind: 'half_way',
    service,
    environment,
    deployment,
    about: 'HALF WAY: a rollback failed here',
    text: reason.split('\n')[1] ?? reason.split('\n')[0] ?? '',
    items: [],
    since,
    until,
    otherwise: 'it stays locked: nobody deploys',
    command: `look at the hosts, then belay rollback ${environment}; when all is well belay unlock ${environment}`,
  }
}

/** Only while it decides what is live there: a later deployment or rollback settled it otherwise. */
function unverified(place: EnvironmentStatus, manual: readonly DeploymentRow[]): Wait[] {
  const held = place.locks.some((lock) => lock.kind === 'manual')
  const failed = place.locks.some((lock) => lock.kind === 'rollback_failed')
  if (!held && (failed || place.versionOfRecord !== 'unknown')) return []
  const newest = manual.find((row) => row.service === place.service && row.environment === place.environment)
  return newest?.outcome === null ? [verification(newest)] : []
}

function verification(row: DeploymentRow): Wait {
  const { service, environment, deployment, version, deployedBy, startedAt, expiresAt } = row
  return {
    kind: 'unverified',
    service,
    environment,
    deployment,
    about: `${version} by hand by ${claimed(deployedBy)}`,
    text: 'deployed by hand and not verified yet',
    items: [],
    since: startedAt,
    until: expiresAt,
    otherwise: 'what is live there counts as unknown, and deployments are refused',
    command: `belay marker verify ${environment}`,
  }
}
