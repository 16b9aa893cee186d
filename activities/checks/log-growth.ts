/** How long a log was when it was looked at: without timestamps in it, growth is what tells a line's age. */
export type Sighting = { inode: number; size: number; atMs: number }

/** Remembers sightings of log files for as long as this process lives; a new process begins with fewer, never wrong ones. */
export type LogGrowth = {
  add(path: string, sighting: Sighting): void
  /** Oldest first, of that file under that name. */
  of(path: string, inode: number): readonly Sighting[]
}

export function createLogGrowth(): LogGrowth {
  const seen = new Map<string, Sighting[]>()
  return {
    add(path, sighting) {
      const last = seen.get(path)?.at(-1)
      // A rotated or truncated file is another file: what was seen of the old one says nothing.
      const same = last !== undefined && last.inode === sighting.inode && last.size <= sighting.size
      seen.set(path, same ? [...(seen.get(path) ?? []), sighting].slice(-mostSightings) : [sighting])
    },
    of: (path, inode) => (seen.get(path) ?? []).filter((sighting) => sighting.inode === inode),
  }
}

/** An hour at fifteen seconds, with room to spare. */
const mostSightings = 500

export type LineAge = 'recent' | 'old' | 'unknown'

/**
 * Was the line that begins at byte `start` written within `withinMs`? By its own timestamp; else by the sightings
 * between which it appeared; the file's last change bounds its age from below, and is it for the last line.
 */
export function ageOfLine(
  line: { text: string; start: number; isLast: boolean },
  file: { changedMs: number; sightings: readonly Sighting[] },
  now: { atMs: number; withinMs: number },
): LineAge {
  const earliest = now.atMs - now.withinMs
  const stamped = timestampOf(line.text)
  if (stamped !== null && stamped <= now.atMs + 60_000) return stamped >= earliest ? 'recent' : 'old'
  if (file.changedMs < earliest) return 'old'
  if (line.isLast) return 'recent'
  const before = file.sightings.findLast((sighting) => sighting.size <= line.start)
  const after = file.sightings.find((sighting) => sighting.size > line.start)
  if (after !== undefined && after.atMs < earliest) return 'old'
  if (before === undefined) return 'unknown'
  if (before.atMs >= earliest) return 'recent'
  // It appeared between two looks that were not further apart than what is asked: as good as looking can tell.
  return after !== undefined && after.atMs - before.atMs <= now.withinMs ? 'recent' : 'unknown'
}

/** Ms since 1970 of a leading RFC 3339 time with a zone, or of the time field of a JSON line; null: there is none. */
export function timestampOf(line: string): number | null {
  const leading = /^\W{0,3}(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))? ?(Z|[+-]\d\d:?\d\d)/.exec(line)
  const field = /"(?:time|timestamp|ts|@timestamp)"\s*:\s*(?:"([^"]{10,40})"|(\d{10,13}(?:\.\d+)?))/.exec(line)
  if (leading) {
    const [, day, time, fraction = '0', zone = 'Z'] = leading
    return valid(Date.parse(`${day}T${time}.${fraction.slice(0, 3)}${zone.replace(/^(...)(\d\d)$/, '$1:$2')}`))
  }
  if (!field || !line.trimStart().startsWith('{')) return null
  const [, text, number] = field
  if (text !== undefined) return /(Z|[+-]\d\d:?\d\d)$/.test(text) ? valid(Date.parse(text)) : null
  const value = Number(number)
  return value < 1e11 ? value * 1000 : value
}

function valid(time: number): number | null {
  return Number.isNaN(time) ? null : time
}
