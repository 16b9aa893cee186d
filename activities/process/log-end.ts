import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import { isErrno } from '../disk/atomic.ts'
import { plainTail } from '../step/plain-text.ts'

/** Opens a service's log for appending; throws `UnsafePath` for a symlink, a pipe, a directory. */
export async function openLog(path: string): Promise<{ descriptor: number; size: number }> {
  await mkdir(dirname(path), { recursive: true })
  const flags =
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK
  try {
    const descriptor = openSync(path, flags, 0o640)
    const stat = fstatSync(descriptor)
    if (stat.isFile()) return { descriptor, size: stat.size }
    closeSync(descriptor)
  } catch (error) {
    if (!isErrno(error, 'ELOOP', 'EISDIR', 'ENXIO')) throw error
  }
  const message = `log ${path}: expected a file, got a link, a directory or a pipe; move it away`
  throw ApplicationFailure.create({ type: failureTypes.unsafePath, nonRetryable: true, message })
}

/** The last 4 KB written since `start`, clean. */
export function readLogEnd(path: string, start: number, secrets: readonly string[]): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  try {
    const { size } = fstatSync(descriptor)
    const from = Math.max(start, size - 8_000)
    const bytes = Buffer.alloc(Math.max(0, size - from))
    return plainTail(bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, from)), 4_000, secrets)
  } finally {
    closeSync(descriptor)
  }
}
