import { DateTime, IANAZone } from 'luxon'
import type { CalendarAnswer } from '../../src/domain/gate/calendar.ts'
import type { PeakHours } from '../../src/domain/gate/peak-hours.ts'

/**
 * Whether an instant is inside weekly windows, and the first one from it on that is in none: adjacent and overlapping
 * windows are one. What counts is the clock on the wall of the window's zone. So an hour that a spring night skips is
 * nobody's peak, and one that an autumn night repeats is peak both times.
 */
export function peakHoursAt(windows: readonly PeakHours[], at: Date): CalendarAnswer {
  const allowedMs = firstOutside(windows, at.getTime())
  const inside = windows.flatMap((window) => {
    if (!holds(window, at.getTime())) return []
    const localEnd = allowedMs === null ? null : localWords(window.zone, allowedMs)
    return [{ text: window.text, localTime: localWords(window.zone, at.getTime()), localEnd }]
  })
  return {
    at: at.toISOString(),
    inside,
    allowedAt: allowedMs === null ? null : new Date(allowedMs).toISOString(),
  }
}

/** Every hour of a week comes by within one; the other is for the nights on which clocks change. */
const farthestMs = 14 * 24 * 60 * 60_000
const minuteMs = 60_000

function firstOutside(windows: readonly PeakHours[], fromMs: number): number | null {
  let atMs = fromMs
  for (;;) {
    if (atMs - fromMs > farthestMs) return null
    const window = windows.find((one) => holds(one, atMs))
    if (window === undefined) return atMs
    atMs = endOf(window, atMs)
  }
}

/** Where the clock is changed before the window is over, it is looked at again every minute. */
function endOf(window: PeakHours, atMs: number): number {
  const minute = Math.floor(atMs / minuteMs) * minuteMs
  const end = minute + (window.toMinute - wall(window.zone, atMs).minute) * minuteMs
  const zone = IANAZone.create(window.zone)
  return zone.offset(atMs) === zone.offset(end) ? end : minute + minuteMs
}

function holds({ days, fromMinute, toMinute, zone }: PeakHours, atMs: number): boolean {
  const { day, minute } = wall(zone, atMs)
  return days.includes(day) && minute >= fromMinute && minute < toMinute
}

function wall(zone: string, atMs: number): { day: number; minute: number } {
  const local = DateTime.fromMillis(atMs, { zone })
  return { day: local.weekday, minute: local.hour * 60 + local.minute }
}

/** `Thu 15:20` */
function localWords(zone: string, atMs: number): string {
  return DateTime.fromMillis(atMs, { zone, locale: 'en' }).toFormat('ccc HH:mm')
}
