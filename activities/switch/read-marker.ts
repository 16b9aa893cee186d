import { constants } from 'node:fs'
import { open } from 'node:fs/promises'
import type { Marker } from '../../src/domain/marker.ts'
import { isErrno } from '../disk/atomic.ts'
import { kindOf } from '../disk/safe-path.ts'

/** `marker` null and `problem` null: there is no file. `problem`: there is something else than a marker. */
export type MarkerRead = { marker: Marker | null; problem: string | null }

/** Reads the marker back; follows no symlink and waits at no pipe. */
export async function readMarkerFile(path: string): Promise<MarkerRead> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const stat = await file.stat()
      if (!stat.isFile()) return bad(path, kindOf(stat))
      if (stat.size > mostBytes) return bad(path, `${stat.size} bytes`)
      return parseMarkerText(path, await file.readFile('utf8'))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (isErrno(error, 'ENOENT', 'ENOTDIR')) return { marker: null, problem: null }
    if (isErrno(error, 'ELOOP')) return bad(path, 'a symlink')
    if (isErrno(error, 'EACCES', 'EPERM')) return bad(path, 'a file that may not be read')
    if (isErrno(error, 'ENXIO')) return bad(path, 'a socket')
    throw error
  }
}

/** Exactly the five words of the runbook's marker, in its order and form. */
export function parseMarkerText(path: string, text: string): MarkerRead {
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return bad(path, 'something else')
  const fields: Record<string, unknown> = { ...value }
  const names = Object.keys(fields)
  if (names.toSorted().join() !== markerKeys.toSorted().join()) {
    return bad(path, `the keys ${names.slice(0, 10).join(', ').slice(0, 200) || 'of nothing'}`)
  }
  const [version, timestamp, commit, environment, deployed_by] = markerKeys.map((key) => fields[key])
  const texts = [version, timestamp, commit, environment, deployed_by]
  if (!texts.every(isText)) return bad(path, 'a value that is no text')
  if (!isText(timestamp) || !isTimestamp(timestamp)) {
    return bad(path, 'a timestamp that is not UTC in seconds with Z')
  }
  const marker = { version, timestamp, commit, environment, deployed_by }
  return isMarker(marker) ? { marker, problem: null } : bad(path, 'something else')
}

const markerKeys = ['version', 'timestamp', 'commit', 'environment', 'deployed_by']
const mostBytes = 64_000

function bad(path: string, got: string): MarkerRead {
  const expected = `a deployment marker (JSON with ${markerKeys.join(', ')})`
  return { marker: null, problem: `${path}: expected ${expected}, got ${got}` }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function isTimestamp(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(text) && !Number.isNaN(Date.parse(text))
}

function isMarker(value: Record<keyof Marker, unknown>): value is Marker {
  return Object.values(value).every(isText)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
