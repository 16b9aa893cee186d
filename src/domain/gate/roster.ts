import { when } from '../item-words.ts'

/** One line of a roster, its times as moments. */
export type Shift = { who: string; fromMs: number; untilMs: number }

/** Who has the shift at this moment; `others` overlap with it. Nobody: since when, until when, and who comes next. */
export type Duty = { who: string; untilMs: number; others: readonly string[] } | { nobody: string }

/** The first shift in the roster's own order counts; a shift's end is not part of it. */
export function dutyAt(shifts: readonly Shift[], atMs: number): Duty {
  const [first, ...more] = shifts.filter(({ fromMs, untilMs }) => fromMs <= atMs && atMs < untilMs)
  if (!first) return { nobody: gapWords(shifts, atMs) }
  const others = more.map(({ who }) => who).filter((who) => who !== first.who)
  return { who: first.who, untilMs: first.untilMs, others: [...new Set(others)] }
}

function gapWords(shifts: readonly Shift[], atMs: number): string {
  const ended = shifts.filter(({ untilMs }) => untilMs <= atMs).map(({ untilMs }) => untilMs)
  const since = ended.length === 0 ? null : moment(Math.max(...ended))
  const [next] = shifts.filter(({ fromMs }) => fromMs > atMs).toSorted((a, b) => a.fromMs - b.fromMs)
  if (!next) return `nobody since ${since ?? 'ever'}, and nobody comes after`
  return `nobody ${since === null ? '' : `from ${since} `}until ${moment(next.fromMs)}; next: ${next.who}`
}

function moment(ms: number): string {
  return when(new Date(ms).toISOString())
}
