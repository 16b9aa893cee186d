import { z } from 'zod'
import { parsePeakHours, peakHoursExpected } from '../../domain/gate/peak-hours.ts'
import { described } from './described.ts'
import { kinds } from './kind.ts'

const window = z.string({ error: peakHoursExpected }).transform((written, context) => {
  const parsed = parsePeakHours(written)
  if ('problem' in parsed) {
    context.addIssue({ code: 'custom', message: parsed.problem })
    return z.NEVER
  }
  if (isZone(parsed.zone)) return parsed
  context.addIssue({ code: 'custom', message: `a time zone of the IANA list like Europe/Prague, not ${parsed.zone}` })
  return z.NEVER
})
kinds.add(window, { kind: 'weekly hours' })

export const peakHours = described(
  z.array(window, { error: `a list of ${peakHoursExpected}` }).prefault([]),
  'Weekly hours in which nobody deploys, in local time of the zone. Written `day-day HH:MM-HH:MM Zone`.',
  ['mon-fri 09:00-18:00 Europe/Prague'],
)

function isZone(zone: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
