import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Marker, markerText } from '../../src/domain/marker.ts'
import { isErrno } from '../disk/atomic.ts'
import type { Answer, Probing } from './probing.ts'

/** The marker file says what was deployed, key for key; after the removal of a first deployment there must be none. */
export async function probeMarker(probing: Probing): Promise<Answer> {
  const { marker } = probing.context
  if (marker === null) throw new Error('expected a marker to compare with, got none')
  const expected = marker.expected ? oneLine(markerText(marker.expected)) : 'no marker'
  const text = await readMarkerFile(marker.file)
  if (text === null) return { verdict: marker.expected ? 'failed' : 'passed', expected, got: 'no marker' }
  const same = marker.expected !== null && isSame(text, marker.expected)
  return { verdict: same ? 'passed' : 'failed', expected, got: oneLine(text), evidence: same ? [] : [text] }
}

/** A symlink there is refused: Belay never writes one. Never waits at a FIFO. */
async function readMarkerFile(path: string): Promise<string | null> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(path, flags).catch((error: unknown) => {
    if (isErrno(error, 'ENOENT')) return null
    if (isErrno(error, 'ELOOP')) throw new Error(`expected a regular file at ${path}, got a symlink`)
    throw error
  })
  if (file === null) return null
  try {
    if (!(await file.stat()).isFile()) throw new Error(`expected a regular file at ${path}, got something else`)
    const bytes = Buffer.alloc(mostBytes)
    const { bytesRead } = await file.read(bytes, 0, mostBytes, 0)
    return bytes.subarray(0, bytesRead).toString('utf8')
  } finally {
    await file.close()
  }
}

const mostBytes = 16 * 1024

function isSame(text: string, expected: Marker): boolean {
  try {
    const found: unknown = JSON.parse(text)
    if (typeof found !== 'object' || found === null) return false
    const pairs = Object.entries(expected)
    return Object.keys(found).length === pairs.length && pairs.every(([key, value]) => fieldOf(found, key) === value)
  } catch {
    return false
  }
}

function fieldOf(record: object, key: string): unknown {
  return Object.entries(record).find(([name]) => name === key)?.[1]
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim()
}
