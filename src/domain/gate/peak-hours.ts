/** A weekly window in local time. `days` are ISO weekdays (1 Monday to 7 Sunday), the rest minutes since midnight. */
export type PeakHours = {
  /** As it was written, for people. */
  text: string
  days: readonly number[]
  fromMinute: number
  /** Exclusive; 1440 is midnight at the day's end. */
  toMinute: number
  /** IANA name, e.g. `Europe/Prague`. */
  zone: string
}

/** `mon-fri 09:00-18:00 Europe/Prague`, `sat,sun 10:00-24:00 UTC`. Whether the zone exists is asked by the caller. */
export function parsePeakHours(text: string): PeakHours | { problem: string } {
  const [, days = '', from = '', to = '', zone = ''] = shape.exec(text.trim()) ?? []
  const numbers = daysOf(days)
  const [fromMinute, toMinute] = [minuteOf(from), minuteOf(to)]
  if (numbers === null || fromMinute === null || toMinute === null) return { problem: peakHoursExpected }
  if (toMinute <= fromMinute) {
    const two = `${from}-24:00 and, the day after, 00:00-${to}`
    return { problem: `a window that ends after it starts (write one over midnight as two: ${two})` }
  }
  return { text: text.trim(), days: numbers, fromMinute, toMinute, zone }
}

export const peakHoursExpected = 'weekly hours like "mon-fri 09:00-18:00 Europe/Prague"'

const shape = /^([a-z,-]+) +(\d{2}:\d{2})-(\d{2}:\d{2}) +([A-Za-z][A-Za-z0-9_+/-]*)$/
const dayNames = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** `mon-fri`, `sat,sun`, `fri-mon`: in the week's order, each once. */
function daysOf(text: string): number[] | null {
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [first = -1, last = first] = part.split('-').map((name) => dayNames.indexOf(name))
    if (first < 0 || last < 0 || part.split('-').length > 2) return null
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day + 1)
      if (day === last) break
    }
  }
  return [...days].toSorted((a, b) => a - b)
}

function minuteOf(text: string): number | null {
  const [hours = NaN, minutes = NaN] = text.split(':').map(Number)
  const good = hours <= 24 && minutes < 60 && (hours < 24 || minutes === 0)
  return good ? hours * 60 + minutes : null
}
