import { insideWords } from '../../../src/domain/gate/calendar.ts'
import { broken, type Finding, held } from '../../../src/domain/gate/finding.ts'
import { moment } from '../../../src/domain/gate/moment.ts'
import { act, anywhere } from '../../proxies.ts'
import type { Run } from '../../run/run.ts'
import { messageOf } from '../../run/trouble.ts'

/** Nobody deploys in peak hours. Asked only where there are any. */
export async function calendarRule(run: Run): Promise<Finding[]> {
  const windows = run.plan.gate.policy?.peakHours ?? []
  if (windows.length === 0) return []
  try {
    const row = { id: 'peak hours', summary: windows.map(({ text }) => text).join('; ') }
    const answer = await act(anywhere('probe').askCalendar, row, { windows })
    if (answer.inside.length === 0) return [held('peak_hours', `no peak: ${row.summary}`)]
    const { allowedAt } = answer
    const next = allowedAt === null ? 'mend peak_hours in belay.yaml, no hour of the week is left' : null
    return [broken('peak_hours', insideWords(answer), { allowedAt, next })]
  } catch (error) {
    return [broken('peak_hours', messageOf(error), { next: 'belay doctor' })]
  }
}

/** What ends in peak hours allows nobody anything before those are over too. */
export async function afterTheCalendar(run: Run, findings: readonly Finding[]): Promise<Finding[]> {
  return await Promise.all(findings.map((finding) => allowedAfter(run, finding)))
}

async function allowedAfter(run: Run, finding: Finding): Promise<Finding> {
  const windows = run.plan.gate.policy?.peakHours ?? []
  const { holds, rule, allowedAt: at } = finding
  if (holds || at === null || windows.length === 0 || rule === 'peak_hours') return finding
  const row = { id: `peak hours:${rule}`, summary: `at ${moment(at)}, when it ends` }
  const answer = await act(anywhere('probe').askCalendar, row, { windows, at }).catch(() => null)
  return answer === null ? finding : { ...finding, allowedAt: answer.allowedAt }
}
