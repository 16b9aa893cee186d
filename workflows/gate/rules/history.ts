import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import type { EnvironmentLock } from '../../../src/domain/host.ts'
import { type Reason, reasonLine } from '../../../src/domain/reason.ts'
import { act, recordNow } from '../../proxies.ts'
import type { Run } from '../../run/run.ts'
import { messageOf } from '../../run/trouble.ts'
import { noteExpired } from './expired-lock.ts'
import { freezeRule } from './freeze.ts'
import { demandRule } from './performer.ts'

/** What Belay's history holds against this deployment: a lock, a freeze, a rolled-back release, a version of record in doubt. */
export async function historyRules(run: Run): Promise<Finding[]> {
  const { service, environment, release } = run.plan
  try {
    const row = { id: 'environment', summary: 'locks, freezes, blocked releases, version of record' }
    const facts = await act(recordNow.readEnvironment, row, { service, environment, ...release })
    for (const lock of facts.expired ?? []) noteExpired(run, lock)
    return [
      ...demandRule(run, facts.demandsProof === true),
      facts.lock ? lockFinding('lock', environment, facts.lock) : held('lock', 'nobody holds the environment'),
      ...freezeRule(environment, facts.freezes ?? { inForce: [], toCome: [] }),
      facts.blocked
        ? told(
            'release',
            { kind: 'blocked', version: release.version, reason: facts.blocked.reason },
            `belay clear ${environment} ${release.version} --reason "..."`,
          )
        : held('release', `${release.version} is not blocked`),
      facts.versionOfRecord === 'unknown'
        ? broken('version of record', 'unknown after a deployment by hand that nobody verified', {
            next: `belay marker verify ${environment}`,
          })
        : held('version of record', facts.versionOfRecord?.version ?? 'nothing is deployed'),
    ]
  } catch (error) {
    return [told('history', { kind: 'history_away', message: messageOf(error) }, 'belay doctor')]
  }
}

/** A person's hold, as the history or a host knows it. */
export function lockFinding(rule: string, environment: string, lock: EnvironmentLock): Finding {
  const { reason, by, since, until, claimed } = lock
  const known = { reason, by, since, until, ...(claimed === false && { claimed }) }
  const locked = { kind: 'locked', lock: known } as const
  return broken(rule, reasonLine(locked), {
    reason: locked,
    next: `belay unlock ${environment}`,
    allowedAt: until,
  })
}

function told(rule: string, reason: Reason, next: string): Finding {
  return broken(rule, reasonLine(reason), { reason, next })
}
