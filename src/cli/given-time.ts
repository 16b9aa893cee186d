import { Usage } from '../client/errors.ts'
import { durationMs, isDuration } from '../config/schema/duration.ts'
import { moment } from '../domain/gate/moment.ts'
import { shown } from '../domain/version.ts'

/**
 * A time to come as somebody types it: RFC 3339 with its offset, or a duration from `countsFromMs` on. Without an offset
 * it would mean another time on every machine, so it is refused. null: nothing was given.
 */
export function timeOf(
  option: string,
  given: string | null,
  { nowMs, countsFromMs }: { nowMs: number; countsFromMs: number },
): string | null {
  if (given === null) return null
  if (isDuration(given)) {
    const lengthMs = durationMs(given)
    if (lengthMs > 0 && lengthMs <= longestMs) return new Date(countsFromMs + lengthMs).toISOString()
    throw new Usage(`${option}: expected a duration above zero and of at most 3650d, got ${shown(given)}`)
  }
  const timeMs = rfc3339.test(given) ? Date.parse(given) : Number.NaN
  if (Number.isNaN(timeMs) || !isCalendarDay(given)) {
    const expected = 'a time with its zone like 2026-01-31T18:00Z or 2026-01-31T18:00+01:00, or a duration like 2h'
    throw new Usage(`${option}: expected ${expected}, got ${shown(given)}`)
  }
  const time = new Date(timeMs).toISOString()
  if (timeMs <= nowMs) throw new Usage(`${option}: expected a time to come, got ${moment(time)}`)
  return time
}

/** Ten years: more is a slip of the hand. */
const longestMs = 3_650 * 24 * 60 * 60_000

const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?([Zz]|[+-]\d{2}:\d{2})$/

/** The parser takes 31 February for 3 March. */
function isCalendarDay(given: string): boolean {
  const day = given.slice(0, 10)
  const read = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(day)
}
