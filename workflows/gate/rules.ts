import type { Finding } from '../../src/domain/gate/finding.ts'
import type { Run } from '../run.ts'
import { drillRules } from './rules/drill.ts'
import { historyRules } from './rules/history.ts'
import { hostRule } from './rules/host.ts'
import { lastDrillRule } from './rules/last-drill.ts'
import { tagRule } from './rules/tag.ts'

/** Every rule of the environment, asked side by side: what holds and what does not. Nothing is changed by asking. */
export async function evaluateRules(run: Run): Promise<Finding[]> {
  const found = await Promise.all([
    historyRules(run),
    tagRule(run),
    lastDrillRule(run),
    ...run.plan.hosts.map((host) => hostRule(run, host)),
  ])
  return [...found.flat(), ...drillRules(run)]
}
