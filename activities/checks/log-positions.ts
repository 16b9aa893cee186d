import { constants } from 'node:fs'
import { type FileHandle, open, readdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { HostOrder } from '../../src/domain/host.ts'
import { isRecord } from '../../src/domain/is-record.ts'
import { isErrno, readJson, writeJson } from '../disk/atomic.ts'
import { sha256Of } from '../disk/sha256.ts'
import { hostPaths } from '../host/paths.ts'
import { withClaim } from '../host/require-claim.ts'

/** Where a file ended when it was noted. `before`: sha256 of the bytes just before, which a rewritten file has not. */
export type LogPosition = { device: number; inode: number; size: number; before: string }
/** `at`: RFC 3339, UTC. A file that did not exist has null. */
export type LogPositions = { at: string; files: Readonly<Record<string, LogPosition | null>> }

/**
 * Notes where each log ends now: from here on its lines count. The newest note of a deployment stands, so that a
 * rollback can note again; one repeated by a retry is a moment later, still before anything was switched or started.
 */
export async function noteLogPositions(
  { order, files }: { order: HostOrder; files: string[] },
  clock: () => Date,
): Promise<void> {
  await withClaim(order, async () => {
    const noted = await Promise.all(files.map(async (path) => [path, await endOf(path)] as const))
    const positions: LogPositions = { at: clock().toISOString(), files: Object.fromEntries(noted) }
    await writeJson(hostPaths(order.directory).logPositions(order.deployment), positions)
  })
}

/** This deployment's note; for one that has none (a check by hand) the newest on this host; null: there is none. */
export async function readLogPositions(order: HostOrder): Promise<LogPositions | null> {
  const own = hostPaths(order.directory).logPositions(order.deployment)
  return (await readJson(own, parsePositions)) ?? (await readNewest(dirname(own)))
}

/** Opens a log for reading: a regular file, or a link to one. Never waits at a FIFO. null: there is none. */
export async function openLogToRead(path: string): Promise<FileHandle | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    throw error
  })
  if (file === null || (await file.stat()).isFile()) return file
  await file.close()
  throw new Error(`expected a regular file at ${path}, got something else`)
}

/** From which byte on lines count: the noted end, or the beginning of a file that is not, or no longer, the noted one. */
export async function startIn(file: FileHandle, position: LogPosition | null): Promise<number> {
  if (position === null) return 0
  const { dev, ino, size } = await file.stat()
  if (dev !== position.device || ino !== position.inode || size < position.size) return 0
  return (await hashBefore(file, position.size)) === position.before ? position.size : 0
}

async function endOf(path: string): Promise<LogPosition | null> {
  const file = await openLogToRead(path)
  if (file === null) return null
  try {
    const { dev, ino, size } = await file.stat()
    return { device: dev, inode: ino, size, before: await hashBefore(file, size) }
  } finally {
    await file.close()
  }
}

async function hashBefore(file: FileHandle, size: number): Promise<string> {
  const length = Math.min(size, 256)
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
  return sha256Of(buffer.subarray(0, bytesRead))
}

async function readNewest(directory: string): Promise<LogPositions | null> {
  const names = await readdir(directory).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const notes = names.filter((name) => name.endsWith('.json')).map((name) => join(directory, name))
  const dated = await Promise.all(notes.map(async (path) => ({ path, at: (await stat(path)).mtimeMs })))
  const [newest] = dated.sort((a, b) => b.at - a.at)
  return newest ? await readJson(newest.path, parsePositions) : null
}

function parsePositions(value: unknown): LogPositions {
  if (!isRecord(value) || typeof value.at !== 'string' || !isRecord(value.files))
    throw new Error('expected log positions')
  const files = Object.entries(value.files).map(([path, position]) => [path, parsePosition(position)] as const)
  return { at: value.at, files: Object.fromEntries(files) }
}

function parsePosition(value: unknown): LogPosition | null {
  if (value === null) return null
  if (isRecord(value)) {
    const { device, inode, size, before } = value
    if (
      typeof device === 'number' &&
      typeof inode === 'number' &&
      typeof size === 'number' &&
      typeof before === 'string'
    )
      return { device, inode, size, before }
  }
  throw new Error('expected the position of a log')
}
