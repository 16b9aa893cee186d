import { ApplicationFailure } from '@temporalio/common'
import { IANAZone } from 'luxon'
import { failureTypes } from '../../src/domain/failure.ts'
import type { CalendarAnswer } from '../../src/domain/gate/calendar.ts'
import type { PeakHours } from '../../src/domain/gate/peak-hours.ts'
import { peakHoursAt } from './peak-hours.ts'

/** Time zones change by law and their tables with the machine: so the calendar is asked outside of workflows. */
export function createCalendarActivities({ clock }: { clock: () => Date }) {
  return {
    /**
     * Whether nobody deploys, and from when on somebody may; `at` (RFC 3339): then, instead of now. Reads only the clock:
     * twice is two answers, each right for its time. A zone that this worker does not know is a failure, `Invalid`.
     */
    async askCalendar(asked: { windows: readonly PeakHours[]; at?: string }): Promise<CalendarAnswer> {
      for (const { zone } of asked.windows) if (!IANAZone.isValidZone(zone)) throw unknownZone(zone)
      return peakHoursAt(asked.windows, asked.at === undefined ? clock() : new Date(asked.at))
    },
  }
}

function unknownZone(zone: string): ApplicationFailure {
  const message = `peak hours: expected a time zone that this worker knows, got ${zone}; next: a newer Node for the worker`
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
