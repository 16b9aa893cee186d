import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import { type Reason, reasonLine } from '../../../src/domain/reason.ts'
import { act, recordNow } from '../../proxies.ts'
import type { Run } from '../../run.ts'
import { messageOf } from '../../trouble.ts'

/** What the history knows against it: a lock, a release that was rolled back, a version nobody can be sure of. */
export async function historyRules(run: Run): Promise<Finding[]> {
  const { service, environment, release } = run.plan
  try {
    const row = { id: 'environment', summary: 'locks, blocked releases, version of record' }
    const facts = await act(recordNow.readEnvironment, row, { service, environment, ...release })
    return [
      facts.lock ? told('lock', { kind: 'locked', lock: facts.lock }) : held('lock', 'nobody holds the environment'),
      facts.blocked
        ? told('release', { kind: 'blocked', version: release.version, reason: facts.blocked.reason })
        : held('release', `${release.version} is not blocked`),
      facts.versionOfRecord === 'unknown'
        ? broken('version of record', 'unknown after an unverified manual deployment; run `belay marker verify`')
        : held('version of record', facts.versionOfRecord?.version ?? 'nothing is deployed'),
    ]
  } catch (error) {
    return [told('history', { kind: 'history_away', message: messageOf(error) })]
  }
}

function told(rule: string, reason: Reason): Finding {
  return broken(rule, reasonLine(reason), { reason })
}
