import { setTimeout as pause } from 'node:timers/promises'
import type { LogCursor, LogPiece } from '../domain/log-piece.ts'
import { exitCodes } from './exit.ts'
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
  const lines: Line[] = []
  for (const place of places) await readToEnd(shell, place, reading, read, (line) => lines.push(line))
  const { deployment, name } = reading
  if (reading.json) shell.print(JSON.stringify({ schema: 1, deployment, name, lines }, null, 2))
  else for (const line of lines) shell.print(lineText(line, places))
  if (lines.length === 0) shell.say(`${name} has printed nothing`)
  return exitCodes.done
}

async function followAll(shell: Shell, places: readonly Place[], reading: Reading, read: ReadPiece): Promise<number> {
  const take = (line: Line) =>
    shell.print(reading.json ? JSON.stringify({ schema: 1, ...line }) : lineText(line, places))
  const left = shell.interrupted().then(() => exitCodes.detached)
  const all = Promise.all(places.map((place) => readToEnd(shell, place, reading, read, take)))
  // What still waits when somebody leaves has nobody to fail for.
  all.catch(() => undefined)
  return await Promise.race([all.then(() => exitCodes.done), left])
}

type Line = { host: string | null; line: string }

async function readToEnd(
  shell: Shell,
  { host }: Place,
  { lines, follow }: Reading,
  read: ReadPiece,
  take: (line: Line) => unknown,
): Promise<void> {
  let cursor: LogCursor | null = null
  let rest = ''
  for (;;) {
    const piece: LogPiece = await read({ host }, { cursor, lines, waitMs: follow ? waitMs : 0 })
    if (piece.note !== null) shell.say(`${host ?? 'worker'}: ${piece.note}`)
    const parts = `${rest}${piece.text}`.split('\n')
    rest = parts.pop() ?? ''
    for (const line of parts) take({ host, line })
    cursor = piece.cursor
    if (piece.ended || (!follow && !piece.more)) break
    if (!piece.more) await pause(breathMs)
  }
  if (rest !== '') take({ host, line: rest })
}

/** The longest a host waits for something new before it is asked again. */
const waitMs = 25_000
/** A log that never stops is read in a few pieces a second: each is a short run of Temporal. */
const breathMs = 400

function lineText({ host, line }: Line, places: readonly Place[]): string {
  return places.length > 1 ? `${host ?? 'worker'} | ${line}` : line
}
