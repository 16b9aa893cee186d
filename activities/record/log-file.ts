import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { HostOrder } from '../../src/domain/host.ts'
import { sha256Of } from '../disk/sha256.ts'
import { invalid } from './asked.ts'
import { type LogIntent, readDone, takeIntent, writeDone } from './log-journal.ts'
import { type FileEnd, openLog, positionOf, readFrom, rotatedFrom } from './open-log.ts'

export type AppendLog = {
  order: HostOrder
  /** Absolute. */
  file: string
  /** The same key is the same entry; the deployment's id. */
  key: string
  /** Whole lines. */
  text: string
}

/** Where the entry stands. `appended` false: an earlier attempt had written it. */
export type AppendedLog = { file: string; offset: number; appended: boolean }

/**
 * The deployment log in a file on the host. An entry is in it exactly once, however often and wherever an attempt dies:
 * before the write, the place is noted in a journal of the host's state; the next attempt looks there first, and ends a
 * line that was torn. An attempt of a process that still lives is never overtaken (the failure is retryable). Symlinks,
 * FIFOs and directories are refused (`UnsafePath`); another text under the same key is `Invalid`.
 */
export function createLogFileActivities({ host }: { host: string }) {
  const inThisProcess = createQueue()
  return {
    async appendLog(input: AppendLog): Promise<AppendedLog> {
      if (input.order.host !== host) throw invalid(`log: expected an order for host ${host}, got ${input.order.host}`)
      return inThisProcess(() => appendOnce(input))
    },
  }
}

async function appendOnce(input: AppendLog): Promise<AppendedLog> {
  const journal = join(
    input.order.directory,
    '.belay',
    'log-entries',
    sha256Of(`${input.file}\0${input.key}`).slice(0, 32),
  )
  const sha256 = sha256Of(input.text)
  const done = await readDone(journal)
  if (done !== null) return { file: input.file, offset: done.offset, appended: refuseOther(done.sha256, sha256, input) }
  const log = await openLog(input.file)
  try {
    const intent = await takeIntent(journal, { sha256, position: await positionOf(log) })
    refuseOther(intent.sha256, sha256, input)
    const earlier = intent.repeated ? await offsetInEarlier(log, input, intent) : null
    const offset = earlier ?? (await write(log, input.text, intent))
    await writeDone(journal, { sha256, offset })
    return { file: input.file, offset, appended: earlier === null }
  } finally {
    await log.close()
  }
}

/** Answers `false`, so that it can stand for "not appended now". */
function refuseOther(found: string, given: string, input: AppendLog): false {
  if (found === given) return false
  throw invalid(`log entry ${input.key} in ${input.file}: expected the text it was begun with, got another`)
}

/** Finds the entry of an attempt that died: in the file, or in what the file was rotated to since. */
async function offsetInEarlier(log: FileHandle, input: AppendLog, intent: LogIntent): Promise<number | null> {
  const now = await positionOf(log)
  if (now.ino === intent.position.ino) return find(log, input.text, intent.position)
  const rotated = await rotatedFrom(input.file, intent.position)
  if (rotated === null) return null
  try {
    return await find(rotated, input.text, intent.position)
  } finally {
    await rotated.close()
  }
}

async function find(log: FileHandle, text: string, from: FileEnd): Promise<number | null> {
  const at = (await readFrom(log, from.size)).indexOf(text)
  return at < 0 ? null : from.size + at
}

/** Appends what is missing, makes it durable and reads it back. */
async function write(log: FileHandle, text: string, intent: LogIntent): Promise<number> {
  const before = await positionOf(log)
  const sameFile = intent.repeated && before.ino === intent.position.ino && before.size >= intent.position.size
  const torn = sameFile ? tornLength(await readFrom(log, intent.position.size), text) : 0
  const missing = Buffer.from(text).subarray(torn)
  await writeWhole(log, torn === 0 && !(await endsLine(log, before.size)) ? Buffer.concat([newline, missing]) : missing)
  await log.sync()
  const start = before.size - torn
  const at = (await readFrom(log, start)).indexOf(text)
  if (at < 0) throw new Error(`log: expected the entry from byte ${start} on, found it nowhere; it will be tried again`)
  return start + at
}

/** How many bytes of the entry stand at the end of the file already. */
function tornLength(tail: Buffer, text: string): number {
  const whole = Buffer.from(text)
  for (let length = Math.min(whole.length - 1, tail.length); length > 0; length -= 1) {
    if (tail.subarray(tail.length - length).equals(whole.subarray(0, length))) return length
  }
  return 0
}

const newline = Buffer.from('\n')

/** Somebody else's half line must not swallow the entry's first one. */
async function endsLine(log: FileHandle, size: number): Promise<boolean> {
  return size === 0 || (await readFrom(log, size - 1)).subarray(0, 1).equals(newline)
}

async function writeWhole(log: FileHandle, bytes: Buffer): Promise<void> {
  let written = 0
  while (written < bytes.length) written += (await log.write(bytes, written)).bytesWritten
}

/** One at a time within this process: an attempt that was given up by the engine may still be running. */
function createQueue(): <Result>(work: () => Promise<Result>) => Promise<Result> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
}
