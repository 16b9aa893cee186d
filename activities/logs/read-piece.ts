import type { LogCursor, LogPiece } from '../../src/domain/log/piece.ts'
import { readRange } from '../disk/read-range.ts'
import { plainTail } from '../step/plain-text.ts'
import { masked } from './mask.ts'
import { openStream, type Stream, startOfLast } from './stream.ts'

export type PieceRequest = {
  files: readonly string[]
  /** null: the last `lines` lines. */
  cursor: LogCursor | null
  lines: number
  secrets: readonly string[]
  /** Whether a line that has no end yet is told; not while more of it is waited for. */
  unfinished: boolean
}

/** The next piece of a log from the cursor on, at most 64 KB, whole lines where it has any; without secrets and control characters. */
export async function readPiece(request: PieceRequest): Promise<Omit<LogPiece, 'ended'>> {
  const stream = await openStream(request.files, request.cursor)
  try {
    const from = await whereToRead(stream, request)
    if (from === null) return { text: '', cursor: null, more: false, note: null }
    const part = stream.parts[from.index]
    if (part === undefined) return awayPiece(request.cursor)
    const isLast = from.index === stream.parts.length - 1
    const end = Math.min(part.size, from.offset + mostBytes)
    const told = await tell(
      part.handle,
      { start: from.offset, end, size: part.size },
      { ...request, unfinished: request.unfinished || !isLast },
    )
    const cursor = { file: part.id, offset: told.end }
    const over = told.end >= part.size && !isLast
    const next = over ? stream.parts[from.index + 1] : undefined
    const more = next !== undefined || (told.end < part.size && told.end > from.offset)
    return { text: told.text, cursor: next ? { file: next.id, offset: 0 } : cursor, more, note: from.note }
  } finally {
    await stream.close()
  }
}

const mostBytes = 64 * 1024

/** Whoever reads waits for it to come back, and is told so once: the cursor remembers. */
function awayPiece(cursor: LogCursor | null): Omit<LogPiece, 'ended'> {
  const note = cursor === null || cursor.gone ? null : 'the log is gone: what comes under its name will be read'
  return { text: '', cursor: cursor && { ...cursor, gone: true }, more: false, note }
}

type From = { index: number; offset: number; note: string | null }

async function whereToRead(stream: Stream, { cursor, lines }: PieceRequest): Promise<From | null> {
  const wanted = cursor ?? (await startOfLast(stream, lines))
  if (wanted === null) return null
  // Its inode proves nothing: a new file is often given that of the one that was taken away.
  if (wanted.gone) return { index: 0, offset: 0, note: 'the log was replaced: from its beginning' }
  const index = stream.parts.findIndex((part) => part.id === wanted.file)
  // A step keeps its first megabyte for ever: what came after it is what was lost.
  if (index === -1 && stream.parts.length > 1) return { index: 1, offset: 0, note: 'some output was not kept' }
  if (index === -1) return { index: 0, offset: 0, note: 'the log was replaced: from its beginning' }
  const size = stream.parts[index]?.size ?? 0
  if (wanted.offset > size) return { index, offset: 0, note: 'the log was truncated: from its beginning' }
  return { index, offset: wanted.offset, note: null }
}

type Range = { start: number; end: number; size: number }

/** Secrets that lie across an end are seen whole: a little more than what is told is looked at. */
async function tell(
  handle: Stream['parts'][number]['handle'],
  { start, end, size }: Range,
  { secrets, unfinished }: Pick<PieceRequest, 'secrets' | 'unfinished'>,
): Promise<{ text: string; end: number }> {
  const around = Math.max(0, ...secrets.map((secret) => Buffer.byteLength(secret)))
  const first = Math.max(0, start - around)
  const bytes = await readRange(handle, first, Math.min(size, end + around))
  const available = bytes.subarray(start - first, Math.min(end, first + bytes.length) - first)
  const newline = available.lastIndexOf(10)
  // A line longer than a piece is told in pieces.
  const whole = newline === -1 ? (unfinished || available.length >= mostBytes ? available.length : 0) : newline + 1
  const length = unfinished && end >= size ? available.length : whole
  const clean = masked(bytes, { start: start - first, end: start - first + length }, secrets)
  return { text: plainTail(clean, Number.MAX_SAFE_INTEGER, []), end: start + length }
}
