import { DateTime, IANAZone } from 'luxon'
import { shown } from '../../src/domain/version.ts'

/**
 * Milliseconds since 1970 of a time like `2026-11-30 09:00`, local to an IANA zone, or with an offset of its own. A time
 * that a zone has twice (clocks go back) is the first of the two; one that it skips is as much later as clocks jump.
 */
export function localTime(text: string, zone: string | null): number | { problem: string; about: 'time' | 'zone' } {
  if (zone !== null && !IANAZone.isValidZone(zone)) {
    return { about: 'zone', problem: `expected an IANA zone like Europe/Prague, got ${shown(zone)}` }
  }
  const [, day, time = '00:00', offset] = shape.exec(text) ?? []
  if (day === undefined) return { about: 'time', problem: `expected a time like 2026-11-30 09:00, got ${shown(text)}` }
  if (offset === undefined && zone === null) {
    return { about: 'zone', problem: `expected a zone beside ${shown(text)}, or an offset like +01:00 in it; got none` }
  }
  const local = DateTime.fromISO(`${day}T${time}${offset ?? ''}`, {
    zone: offset === undefined ? (zone ?? 'utc') : 'utc',
  })
  if (!local.isValid) {
    return { about: 'time', problem: `expected a day and time that exist, got ${shown(text)}` }
  }
  // Which of two luxon takes depends on the season in which it is asked.
  return Math.min(...local.getPossibleOffsets().map((possible) => possible.toMillis()))
}

const shape = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?))?\s*(Z|[+-]\d\d:\d\d)?$/
