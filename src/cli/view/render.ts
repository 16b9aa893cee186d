import { nameWords } from '../../domain/item-words.ts'
import { words } from '../../domain/reason.ts'
import type { RunStatus } from '../../domain/status.ts'
import { nextLine } from '../follow/leave.ts'
import { atMost, cut, inLine, wrap } from './fit.ts'
import { checkLines, hostLines, itemLines } from './parts.ts'
import { phaseLine } from './phase-line.ts'
import { type Style, styleOf } from './style.ts'

export type Frame = {
  columns: number
  rows: number
  nowMs: number
  colour: boolean
  unicode: boolean
  /** For how long no worker has answered; 0: it just has. */
  silentMs?: number
}

/**
 * A run at one glance: what goes where and who began it, how far it is, hosts, checks, items, what it waits for and what
 * to type. At most `rows` lines of at most `columns`; where that is too few, checks and items give way, and say so.
 */
export function renderView(status: RunStatus, frame: Frame): string[] {
  const style = styleOf(frame)
  const top = [...headline(status, frame, style), phaseLine(status, frame, style), ...whyLines(status, frame, style)]
  const bottom = [...windowLine(status, frame, style), ...waitLines(status, frame, style), ...silence(frame, style)]
  const middle = [hostLines, checkLines, itemLines].flatMap((part) => part(status, frame, style))
  const room = Math.max(0, frame.rows - top.length - bottom.length)
  const rest = (missing: number) =>
    style.quiet(cut(`${style.marks.more} ${missing} more: belay status ${status.environment}`, frame.columns))
  return [...top, ...atMost(middle, room, rest), ...bottom].slice(-Math.max(1, frame.rows))
}

function headline(
  { startedAs, service, release, environment, performer, performerProven, deployment }: RunStatus,
  frame: Frame,
  style: Style,
): string[] {
  const { arrow } = style.marks
  const drill = startedAs === 'drill' ? 'drill of ' : ''
  const what =
    startedAs === 'rollback'
      ? `${service} rollback of ${environment}`
      : `${service} ${drill}${release.version} ${arrow} ${environment}`
  const who = `${deployment} by ${nameWords(performer, performerProven)}`
  const one = inLine(`${what}   ${who}`)
  if ([...one].length <= frame.columns) return [style.strong(inLine(what)) + style.quiet(`   ${inLine(who)}`)]
  return [style.strong(cut(inLine(what), frame.columns)), style.quiet(cut(inLine(who), frame.columns))]
}

function whyLines({ why }: RunStatus, { columns }: Frame, style: Style): string[] {
  return why === null
    ? []
    : wrap(inLine(`why: ${why}`), columns, '  ')
        .slice(0, 3)
        .map(style.bad)
}

function windowLine({ windowEndsAt, phase }: RunStatus, { columns, nowMs }: Frame, style: Style): string[] {
  if (windowEndsAt === null || phase !== 'watch') return []
  const leftMs = Date.parse(windowEndsAt) - nowMs
  const text =
    leftMs > 0
      ? `window  ${words(Math.max(1000, leftMs))} left, until ${windowEndsAt.slice(11, 19)} UTC`
      : 'window  over'
  return [style.busy(cut(text, columns))]
}

/** What to type is wrapped and never cut. */
function waitLines(status: RunStatus, { columns, nowMs }: Frame, style: Style): string[] {
  const { waitingFor } = status
  const since = waitingFor ? ` (for ${words(Math.max(1000, nowMs - Date.parse(waitingFor.since)))})` : ''
  const waits = waitingFor ? wrap(`waits   ${inLine(waitingFor.text)}${since}`, columns, '  ').map(style.busy) : []
  const next = nextLine(status)
  return [...waits, ...(next === null ? [] : wrap(inLine(next), columns, '  ').map(style.strong))]
}

function silence({ silentMs = 0, columns }: Frame, style: Style): string[] {
  if (silentMs < silentAfterMs) return []
  const text = `no worker has answered for ${words(silentMs)}; the run is kept and goes on with the next one. Next: belay worker`
  return wrap(text, columns, '  ').map(style.bad)
}

/** A worker that restarts is away for as long without anything being wrong. */
const silentAfterMs = 5_000
