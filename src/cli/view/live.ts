import type { RunStatus } from '../../domain/status.ts'
import { eventLine } from '../follow/event-line.ts'
import type { Teller } from '../follow/teller.ts'
import { neutral } from '../shell/neutral.ts'
import type { Screen } from '../shell/shell.ts'
import { widthOf } from './fit.ts'
import { type Frame, renderView } from './render.ts'

/**
 * The view, drawn again in place, under plain lines that stay: afterwards the scrollback tells the whole story. Nothing
 * has to be put right when the process dies: the cursor stays visible, and wrapping is off only within one write.
 */
export function liveTeller(screen: Screen, nowMs: () => number): Teller {
  const drawn: { lines: readonly string[] } = { lines: [] }
  const seen: { status: RunStatus | null; answeredAtMs: number } = { status: null, answeredAtMs: nowMs() }
  const draw = (above: readonly string[] = []) => {
    const next = seen.status ? renderView(seen.status, frameOf(screen, nowMs(), nowMs() - seen.answeredAtMs)) : []
    if (above.length === 0 && next.join('\n') === drawn.lines.join('\n')) return
    screen.write(erase(drawn.lines, screen.columns()) + block(above, true) + block(next, false))
    drawn.lines = next
  }
  const tick = setInterval(draw, everySecondMs)
  const unwatch = screen.onResize(draw)
  return {
    tell({ status, events }) {
      seen.status = status ?? seen.status
      if (status) seen.answeredAtMs = nowMs()
      draw(events.map((event) => neutral(eventLine(event))))
    },
    close() {
      clearInterval(tick)
      unwatch()
      seen.status = null
      draw()
    },
  }
}

/** Counts down what has a time. */
const everySecondMs = 1_000

function frameOf(screen: Screen, nowMs: number, silentMs: number): Frame {
  const { colour, unicode } = screen
  // One column and one row stay free: the cursor stands below the last line, and some story above the first.
  return {
    columns: Math.max(20, screen.columns() - 1),
    rows: Math.max(4, screen.rows() - 3),
    nowMs,
    colour,
    unicode,
    silentMs,
  }
}

/** Back to the first line of the block and away with it; a terminal that became narrower has broken its lines. */
function erase(lines: readonly string[], columns: number): string {
  const rows = lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0)
  return rows === 0 ? '' : `\x1b[${rows}A\r\x1b[J`
}

function block(lines: readonly string[], wraps: boolean): string {
  if (lines.length === 0) return ''
  const text = lines.map((line) => `${line}\n`).join('')
  return wraps ? text : `\x1b[?7l${text}\x1b[?7h`
}
