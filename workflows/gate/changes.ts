import { failureTypes } from '../../src/domain/failure.ts'
import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import { broken, type Finding, held } from '../../src/domain/gate/finding.ts'
import type { Plan } from '../../src/domain/plan.ts'
import { type Reason, reasonLine } from '../../src/domain/reason.ts'
import { act, anywhere } from '../proxies.ts'
import type { Run } from '../run.ts'
import { failureType, messageOf } from '../trouble.ts'

/**
 * Reads what the release changes, compared with the version of record, and keeps it as `run.changes`. Asked again, it
 * is replaced only where it has become something else. Plans without a policy ask for nothing.
 */
export async function readChanges(run: Run): Promise<Finding[]> {
  if (!run.plan.gate.policy) return []
  try {
    const read = await askChanges(run.plan, run.changes?.digest ?? null)
    if (read !== 'same') run.changes = read
    return [held('changes', 'known')]
  } catch (error) {
    return [notRead(error)]
  }
}

/** `known`: a digest; where it is still that one, the answer is `same`. */
export async function askChanges(plan: Plan, known: string | null): Promise<ReleaseChanges | 'same'> {
  const { service, environment, release, repository, database, configuration, gate } = plan
  const asked = { service, environment, release, repository, database, configuration }
  const row = { id: 'changes', summary: 'commits, migrations, configuration, dependencies' }
  const order = { ...asked, lockfiles: gate.policy?.lockfiles ?? [], known }
  return await act(anywhere('probe').readReleaseChanges, row, order)
}

function notRead(error: unknown): Finding {
  const message = messageOf(error)
  if (failureType(error) !== failureTypes.historyAway) return broken('changes', message)
  const reason: Reason = { kind: 'history_away', message }
  return broken('changes', reasonLine(reason), { reason })
}
