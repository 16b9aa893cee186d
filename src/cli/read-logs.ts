import { setTimeout as pause } from 'node:timers/promises'
import { Unreachable } from '../client/errors.ts'
import type { LogCursor, LogPiece } from '../domain/log/piece.ts'
import { exitCodes } from './exit.ts'
import { mostLines } from './given.ts'
import type { Shell } from './shell/shell.ts'

/** A host, or null: the worker that answers evidence commands. */
export type Place = { host: string | null }
export type Reading = { deployment: string; name: string; lines: number; follow: boolean; json: boolean }
export type ReadPiece = (
  place: Place,
  request: { cursor: LogCursor | null; lines: number; waitMs: number },
) => Promise<LogPiece>

/** Prints a log from every place that has it; followed, side by side, until the step ends or Ctrl-C (130). */
export async function readPlaces(
  shell: Shell,
  places: readonly Place[],
  reading: Reading,
  read: ReadPiece,
): Promise<number> {
  return reading.follow ? await followAll(shell, places, reading, read) : await readAll(shell, places, reading, read)
}

async function readAll(shell: Shell, places: readonly Place[], reading: Reading, read: ReadPiece): Promise<number> {
  const printed = new Map<Place, Line[]>(places.map((place) => [place, []]))
  await fromEach(shell, places, (place) =>
    readToEnd(shell, place, reading, read, (line) => printed.get(place)?.push(line)),
  )
  const lines = [...printed.values()].flat()
  const { deployment, name } = reading
  if (reading.json) shell.print(JSON.stringify({ schema: 1, deployment, name, lines }, null, 2))
  else for (const line of lines) shell.print(lineText(line, places))
  if (lines.length === 0) shell.say(`${name} has printed nothing`)
  else if ([...printed.values()].some((one) => one.length >= reading.lines)) sayCut(shell, reading.lines)
  return exitCodes.done
}

/** The cause often stands above the last lines: nobody should take them for all there is. */
function sayCut(shell: Shell, lines: number): void {
  const more = Math.min(lines * 10, mostLines)
  if (more > lines) shell.say(`the last ${lines} lines; what may stand above them: --limit ${more}`)
}

async function followAll(shell: Shell, places: readonly Place[], reading: Reading, read: ReadPiece): Promise<number> {
  const take = (line: Line) =>
    shell.print(reading.json ? JSON.stringify({ schema: 1, ...line }) : lineText(line, places))
  const leaving = new AbortController()
  const left = shell.interrupted().then(() => {
    leaving.abort()
    return exitCodes.detached
  })
  const asking = patiently(shell, read, leaving.signal)
  const all = fromEach(shell, places, (place) => readToEnd(shell, place, reading, asking, take))
  // What still waits when somebody leaves has nobody to fail for.
  all.catch(() => undefined)
  return await Promise.race([all.then(() => exitCodes.done), left])
}

/** Side by side. A place that fails is told and takes nothing from the others; where all did, the first failure is thrown. */
async function fromEach(shell: Shell, places: readonly Place[], one: (place: Place) => Promise<void>): Promise<void> {
  const ends = await Promise.allSettled(
    places.map((place) =>
      one(place).catch((error: unknown) => {
        if (places.length > 1) shell.say(`${nameOf(place)}: ${error instanceof Error ? error.message : String(error)}`)
        throw error
      }),
    ),
  )
  const [first] = ends
  if (first?.status === 'rejected' && ends.every(({ status }) => status === 'rejected')) throw first.reason
}

type Line = { host: string | null; line: string }

async function readToEnd(
  shell: Shell,
  place: Place,
  { lines, follow }: Reading,
  read: ReadPiece,
  take: (line: Line) => unknown,
): Promise<void> {
  const { host } = place
  let cursor: LogCursor | null = null
  let rest = ''
  for (;;) {
    const piece: LogPiece = await read(place, { cursor, lines, waitMs: follow ? waitMs : 0 })
    if (piece.note !== null) shell.say(`${nameOf(place)}: ${piece.note}`)
    const parts = `${rest}${piece.text}`.split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) take({ host, line })
    cursor = piece.cursor
    if (piece.ended || (!follow && !piece.more)) break
    if (!piece.more) await pause(breathMs)
  }
  if (rest !== '') take({ host, line: rest })
}

/**
 * Asks until somebody answers, for an agent that is being restarted; says once that it waits, and when that is over. Not
 * for somebody who has left: the connection is closed then, and would be waited for for ever.
 */
function patiently(shell: Shell, read: ReadPiece, left: AbortSignal): ReadPiece {
  return async (place, request) => {
    for (let waits = false; ; waits = true) {
      try {
        const piece = await read(place, request)
        if (waits) shell.say(`${nameOf(place)}: answers again`)
        return piece
      } catch (error) {
        if (left.aborted || !(error instanceof Unreachable)) throw error
        if (!waits) shell.say(`${nameOf(place)}: no answer; waiting until it is back (Ctrl-C leaves): ${error.message}`)
        await pause(awayMs)
      }
    }
  }
}

const nameOf = ({ host }: Place) => host ?? 'worker'

/** A Temporal that is down refuses at once; nobody is helped by asking it more often. */
const awayMs = 1_000

/** The longest a host waits for something new before it is asked again. */
const waitMs = 25_000
/** A log that never stops is read in a few pieces a second: each is a short run of Temporal. */
const breathMs = 400

function lineText({ host, line }: Line, places: readonly Place[]): string {
  return places.length > 1 ? `${nameOf({ host })} | ${line}` : line
}
