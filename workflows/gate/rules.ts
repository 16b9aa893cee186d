import type { Finding } from '../../src/domain/gate/finding.ts'
import type { Run } from '../run/run.ts'
import { withIgnored } from './ignoring.ts'
import { afterTheCalendar, calendarRule } from './rules/calendar.ts'
import { drillRules } from './rules/drill.ts'
import { historyRules } from './rules/history.ts'
import { hostRule } from './rules/host.ts'
import { lastDrillRule } from './rules/last-drill.ts'
import { monitoringRule } from './rules/monitoring.ts'
import { onCallRule } from './rules/on-call.ts'
import { performerRule } from './rules/performer.ts'
import { tagRule } from './rules/tag.ts'

/** Every rule of the environment, asked side by side: what holds and what does not. Nothing is changed by asking. */
export async function evaluateRules(run: Run): Promise<Finding[]> {
  // In this order: recorded histories have these three, and nothing else.
  const known = [historyRules(run), tagRule(run)]
  const hosts = Promise.all(run.plan.hosts.map((host) => hostRule(run, host)))
  const states = hosts.then((found) => found.flat())
  // What is asked of the service depends on whether there is one.
  const monitoring = hosts.then(() => monitoringRule(run))
  const others = [calendarRule(run), onCallRule(run), lastDrillRule(run), monitoring]
  const found = await Promise.all([...known, states, ...others])
  return withIgnored(run, await afterTheCalendar(run, [...performerRule(run), ...found.flat(), ...drillRules(run)]))
}
