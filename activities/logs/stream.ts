import { type FileHandle, readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { LogCursor } from '../../src/domain/log/piece.ts'
import { openLogToRead } from '../checks/log-positions.ts'
import { isErrno } from '../disk/atomic.ts'
import { readRange } from '../disk/read-range.ts'

/** A log's files, open, oldest first: read as one. */
export type Stream = { parts: readonly Part[]; close: () => Promise<void> }
export type Part = { handle: FileHandle; id: string; size: number }

/** Opens what is there; `after`: a file that was being read is found again under the name that rotation gave it. */
export async function openStream(paths: readonly string[], after: LogCursor | null): Promise<Stream> {
  const parts: Part[] = []
  const close = async () => {
    await Promise.all(parts.map((part) => part.handle.close()))
  }
  try {
    for (const path of paths) parts.push(...(await openPart(path)))
    const lost = after !== null && !parts.some((part) => part.id === after.file)
    if (lost && paths.length === 1) parts.unshift(...(await findRotated(paths[0] ?? '', after.file)))
    return { parts, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function openPart(path: string): Promise<Part[]> {
  const handle = await openLogToRead(path)
  if (handle === null) return []
  try {
    const { dev, ino, size } = await handle.stat()
    return [{ handle, id: `${dev}:${ino}`, size }]
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** `web.log.1` beside `web.log`. One that was compressed or taken away is gone. */
async function findRotated(path: string, id: string): Promise<Part[]> {
  const names = await readdir(dirname(path)).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT', 'ENOTDIR', 'EACCES')) return []
    throw error
  })
  const beside = names.filter((name) => name.startsWith(basename(path)) && name !== basename(path)).slice(0, mostBeside)
  for (const name of beside) {
    const [part] = await openPart(join(dirname(path), name)).catch(() => [])
    if (part?.id === id) return [part]
    await part?.handle.close()
  }
  return []
}

/** Whoever keeps more old logs than this has not rotated the one being read a moment ago to the last of them. */
const mostBeside = 50

/** Where the last `lines` lines begin; looks back over at most 16 MB. */
export async function startOfLast({ parts }: Stream, lines: number): Promise<LogCursor | null> {
  let [left, seenBytes] = [lines, 0]
  for (const part of parts.toReversed()) {
    for (let end = part.size; end > 0; ) {
      const start = Math.max(0, end - blockBytes)
      const block = await readRange(part.handle, start, end)
      seenBytes += block.length
      // The newline at the very end ends the last line, it begins none.
      const last = part === parts.at(-1) && end === part.size ? block.length - 2 : block.length - 1
      for (
        let at = block.lastIndexOf(10, last);
        at !== -1 && last >= 0;
        at = at === 0 ? -1 : block.lastIndexOf(10, at - 1)
      ) {
        if (--left === 0) return { file: part.id, offset: start + at + 1 }
      }
      if (seenBytes >= mostBackBytes) return { file: part.id, offset: start }
      end = start
    }
  }
  const [first] = parts
  return first ? { file: first.id, offset: 0 } : null
}

const blockBytes = 64 * 1024
const mostBackBytes = 16 * 1024 * 1024
