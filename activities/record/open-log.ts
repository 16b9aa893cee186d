import { constants } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { failureTypes } from '../../src/domain/failure.ts'
import { readRange } from '../disk/read-range.ts'
import { invalid } from './asked.ts'

/** The end of a file at one moment; `ino` tells a rotated file from its successor. */
export type FileEnd = { ino: number; size: number }

/** Opens a log for reading and appending, and makes it where it is missing. Never waits at a FIFO, follows no symlink. */
export async function openLog(file: string): Promise<FileHandle> {
  if (!file.startsWith('/') || file.includes('\0')) throw unsafe('an absolute path')
  await mkdir(dirname(file), { recursive: true, mode: 0o755 })
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants
  const log = await open(file, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o640).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ELOOP') throw unsafe(`a regular file at ${file}, not a symlink`)
      if (error.code === 'EISDIR') throw unsafe(`a regular file at ${file}, not a directory`)
      if (error.code === 'ENXIO') throw unsafe(`a regular file at ${file}, not a socket or device`)
      throw error
    },
  )
  if ((await log.stat()).isFile()) return log
  await log.close()
  throw unsafe(`a regular file at ${file}, not a FIFO, socket or device`)
}

export async function positionOf(log: FileHandle): Promise<FileEnd> {
  const { ino, size } = await log.stat()
  return { ino, size }
}

/** The bytes from `offset` to the end; empty where the file is shorter. */
export async function readFrom(log: FileHandle, offset: number): Promise<Buffer> {
  const { size } = await log.stat()
  return await readRange(log, offset, Math.min(size, offset + mostBytes))
}

/** The file beside `file` that was it when `position` was noted; null: it is gone. */
export async function rotatedFrom(file: string, position: FileEnd): Promise<FileHandle | null> {
  for (const name of await readdir(dirname(file))) {
    const path = join(dirname(file), name)
    const found = await stat(path).catch(() => null)
    if (found?.isFile() && found.ino === position.ino && found.size >= position.size) {
      return open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => null)
    }
  }
  return null
}

/** What others wrote between an attempt that died and the next one; far more than a log grows in that time. */
const mostBytes = 64 * 1024 * 1024

function unsafe(expected: string) {
  return invalid(`log.file: expected ${expected}`, failureTypes.unsafePath)
}
