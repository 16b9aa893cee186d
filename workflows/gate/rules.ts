import type { Finding } from '../../src/domain/gate/finding.ts'
import type { Run } from '../run.ts'
import { historyRules } from './rules/history.ts'
import { hostRule } from './rules/host.ts'
import { monitoringRule } from './rules/monitoring.ts'
import { onCallRule } from './rules/on-call.ts'
import { tagRule } from './rules/tag.ts'

/** Every rule of the environment, asked side by side: what holds and what does not. Nothing is changed by asking. */
export async function evaluateRules(run: Run): Promise<Finding[]> {
  const hosts = Promise.all(run.plan.hosts.map((host) => hostRule(run, host)))
  const found = await Promise.all([
    historyRules(run),
    tagRule(run),
    onCallRule(run),
    hosts.then((states) => states.flat()),
    hosts.then(() => monitoringRule(run)),
  ])
  return found.flat()
}
