import { randomBytes } from 'node:crypto'
import { link, mkdir, open, readdir, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { fsyncDirectory, readJson, writeJson } from '../disk/atomic.ts'
import { identityOf, isAlive, type ProcessIdentity } from '../process/proc.ts'
import type { FileEnd } from './open-log.ts'

/** What an attempt is about to append, and from where on to look for it. `repeated`: an attempt before this one died. */
export type LogIntent = { sha256: string; position: FileEnd; repeated: boolean }

export type LogDone = { sha256: string; offset: number }

export async function readDone(journal: string): Promise<LogDone | null> {
  return readJson(`${journal}.done.json`, (value) => {
    const { sha256, offset } = fields(value)
    if (typeof sha256 === 'string' && typeof offset === 'number') return { sha256, offset }
    throw new Error('sha256 and offset are missing')
  })
}

/** The entry is in the file: attempts are forgotten, this stays. */
export async function writeDone(journal: string, done: LogDone): Promise<void> {
  await writeJson(`${journal}.done.json`, done)
  for (const turn of await turnsOf(journal)) await rm(`${journal}.${turn}.json`, { force: true })
}

/**
 * Notes the intent as this process's turn. A turn is a numbered file that only one process can make; the next number may
 * be taken only when the process of the last one is gone, so that two attempts never write at the same time. The first
 * turn's position is handed down, because its text may stand there.
 */
export async function takeIntent(journal: string, wanted: { sha256: string; position: FileEnd }): Promise<LogIntent> {
  await mkdir(dirname(journal), { recursive: true, mode: 0o700 })
  const last = (await turnsOf(journal)).at(-1) ?? 0
  const before = last === 0 ? null : await readJson(`${journal}.${last}.json`, parseTurn)
  const me = thisProcess()
  if (before !== null && before.writer.pid !== me.pid && isAlive(before.writer)) {
    throw new Error(`log entry: process ${before.writer.pid} is writing it; expected it to end first`)
  }
  const { sha256, position } = before ?? wanted
  await makeTurn(`${journal}.${last + 1}.json`, { writer: me, sha256, position })
  return { sha256, position, repeated: before !== null }
}

type Turn = { writer: ProcessIdentity; sha256: string; position: FileEnd }

async function turnsOf(journal: string): Promise<number[]> {
  const prefix = `${basename(journal)}.`
  const names = await readdir(dirname(journal))
  const turns = names.flatMap((name) =>
    name.startsWith(prefix) ? (/^(\d+)\.json$/.exec(name.slice(prefix.length))?.[1] ?? []) : [],
  )
  return turns.map(Number).sort((one, other) => one - other)
}

/** `link` makes the whole file appear at once, or fails because another attempt was faster. */
async function makeTurn(path: string, turn: Turn): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(8).toString('hex')}.tmp`)
  const file = await open(temporary, 'wx', 0o600)
  try {
    await file.writeFile(`${JSON.stringify(turn)}\n`)
    await file.sync()
    await link(temporary, path)
    await fsyncDirectory(dirname(path))
  } finally {
    await file.close()
    await rm(temporary, { force: true })
  }
}

function parseTurn(value: unknown): Turn {
  const { writer, sha256, position } = fields(value)
  const { pid, startTicks, bootId } = fields(writer)
  const { ino, size } = fields(position)
  if (typeof pid !== 'number' || typeof startTicks !== 'number' || typeof bootId !== 'string') throw new Error('writer')
  if (typeof ino !== 'number' || typeof size !== 'number' || typeof sha256 !== 'string') throw new Error('position')
  return { writer: { pid, startTicks, bootId }, sha256, position: { ino, size } }
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function thisProcess(): ProcessIdentity {
  const identity = identityOf(process.pid)
  if (identity === null) throw new Error('expected to find this process in /proc; Belay needs Linux')
  return identity
}
