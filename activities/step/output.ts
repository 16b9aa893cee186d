import { closeSync, existsSync, fstatSync, ftruncateSync, openSync, readSync, renameSync, writeSync } from 'node:fs'
import { isErrno } from '../disk/atomic.ts'
import { createScrubber } from './plain-text.ts'
import { runFiles } from './step.ts'

const headBytes = 1_000_000
/** Two of these and the head are all that is ever kept: 10 MB. */
const tailBytes = 4_500_000

/** Keeps the beginning and the end of what a step prints, scrubbed, in bounded files. Synchronous: it slows the writer. */
export function createOutput(directory: string, secrets: readonly string[]) {
  const files = runFiles(directory)
  const scrubber = createScrubber(secrets)
  const head = openSync(files.head, 'a', 0o600)
  let tail: number | null = null
  let [inHead, inTail, total] = [0, 0, 0]

  const append = (bytes: Buffer): void => {
    const toHead = bytes.subarray(0, headBytes - inHead)
    writeAll(head, toHead)
    inHead += toHead.length
    let rest = bytes.subarray(toHead.length)
    while (rest.length > 0) {
      if (tail === null || inTail >= tailBytes) {
        tail = nextTail(tail, files.tail, files.earlierTail)
        inTail = 0
      }
      const part = rest.subarray(0, tailBytes - inTail)
      writeAll(tail, part)
      inTail += part.length
      rest = rest.subarray(part.length)
    }
  }
  const keep = (bytes: Buffer): void => {
    try {
      append(bytes)
    } catch (error) {
      // A full disk costs the output, never the step.
      if (!isErrno(error, 'ENOSPC', 'EDQUOT', 'EFBIG')) throw error
    }
  }

  return {
    write(chunk: Buffer): void {
      total += chunk.length
      keep(scrubber.push(chunk))
    },
    /** Bytes printed so far, kept or not. */
    bytes: () => total,
    end(): void {
      keep(scrubber.flush())
      closeSync(head)
      if (tail !== null) closeSync(tail)
    },
  }
}

/**
 * For commands that leave a service running: it may hold on to its output, so that must be a file and not a pipe to
 * us. Begun anew whenever it passes the limit.
 */
export function createFileOutput(directory: string) {
  const descriptor = openSync(runFiles(directory).head, 'a+', 0o600)
  let before = 0
  return {
    descriptor,
    bytes(): number {
      const { size } = fstatSync(descriptor)
      if (size > headBytes) {
        ftruncateSync(descriptor, 0)
        before += size
        return before
      }
      return before + size
    },
    end: () => closeSync(descriptor),
  }
}

/** The last bytes of what a run printed, read from its files. */
export function readOutputEnd(directory: string, limitBytes: number): Buffer {
  const { head, tail, earlierTail } = runFiles(directory)
  let end = Buffer.alloc(0)
  for (const file of [tail, earlierTail, head]) {
    if (end.length >= limitBytes) break
    end = Buffer.concat([readEnd(file, limitBytes - end.length), end])
  }
  return end
}

function nextTail(current: number | null, file: string, earlier: string): number {
  if (current !== null) {
    closeSync(current)
    renameSync(file, earlier)
  }
  return openSync(file, 'w', 0o600)
}

function writeAll(descriptor: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
}

function readEnd(file: string, limitBytes: number): Buffer {
  if (!existsSync(file)) return Buffer.alloc(0)
  const descriptor = openSync(file, 'r')
  try {
    const { size } = fstatSync(descriptor)
    const bytes = Buffer.alloc(Math.min(size, limitBytes))
    const count = readSync(descriptor, bytes, 0, bytes.length, size - bytes.length)
    return bytes.subarray(0, count)
  } finally {
    closeSync(descriptor)
  }
}
