import type { Finding } from '../../src/domain/gate/finding.ts'
import type { Run } from '../run.ts'
import { withIgnored } from './ignoring.ts'
import { afterTheCalendar, calendarRule } from './rules/calendar.ts'
import { historyRules } from './rules/history.ts'
import { hostRule } from './rules/host.ts'
import { performerRule } from './rules/performer.ts'
import { tagRule } from './rules/tag.ts'

/** Every rule of the environment, asked side by side: what holds and what does not. Nothing is changed by asking. */
export async function evaluateRules(run: Run): Promise<Finding[]> {
  const found = await Promise.all([
    historyRules(run),
    calendarRule(run),
    tagRule(run),
    ...run.plan.hosts.map((host) => hostRule(run, host)),
  ])
  const calendar = await afterTheCalendar(run, [...performerRule(run), ...found.flat()])
  return withIgnored(run, calendar)
}
