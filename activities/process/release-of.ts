import { realpathSync } from 'node:fs'
import type { HostOrder } from '../../src/domain/host.ts'
import { hostPaths } from '../host/paths.ts'
import { marks } from './marks.ts'
import { environmentOf, type ProcessEntry, workingDirectoryOf } from './proc.ts'

/** The release a process belongs to: as it was told at its start, else where it works; null: neither says. */
export function releaseOf(order: HostOrder, entry: ProcessEntry): string | null {
  const told = environmentOf(entry.pid)?.get(marks.releaseDirectory)
  if (told) return told
  const cwd = workingDirectoryOf(entry.pid)
  const releases = realOr(hostPaths(order.directory).releases)
  if (cwd === null || !isInside(cwd, releases)) return null
  return `${releases}/${cwd.slice(releases.length + 1).split('/')[0]}`
}

/** The directory itself, or anything below it. */
export function isInside(path: string, directory: string): boolean {
  return path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`)
}

/** /proc shows real paths; a directory that is gone keeps the name it had. */
export function realOr(path: string): string {
  try {
    return realpathSync(path)
  } catch {
    return path
  }
}
