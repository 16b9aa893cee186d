import { realpathSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { executableOf, type ProcessEntry, wordsOf, workingDirectoryOf } from '../process/proc.ts'
import { isInside } from '../process/release-of.ts'

/**
 * Was this process started by this command? Word by word; a path may be written in another way as long as it leads to
 * the same file, and a program with a `#!` line shows its interpreter first.
 */
export function isStartedBy(pid: number, command: readonly string[], directory: string): boolean {
  const words = wordsOf(pid)
  const cwd = workingDirectoryOf(pid) ?? '/'
  const same = (got: string | undefined, expected: string) =>
    got !== undefined && (got === expected || isSameFile(resolve(cwd, got), resolve(directory, expected)))
  const [program = '', ...rest] = command
  const restAt = (from: number) =>
    words.length === from + rest.length && rest.every((word, at) => same(words[from + at], word))
  const asProgram = same(words[0], program) || isNamed(program, words[0], executableOf(pid))
  return (asProgram && restAt(1)) || (program.includes('/') && same(words[1], program) && restAt(2))
}

/** Works in the directory, runs a program of it, or was given a file of it. */
export function belongsTo(pid: number, directory: string): boolean {
  const cwd = workingDirectoryOf(pid)
  const executable = executableOf(pid)
  if (cwd !== null && isInside(cwd, directory)) return true
  if (executable !== null && isInside(executable, directory)) return true
  return wordsOf(pid).some((word) => {
    const real = word.includes('/') && cwd !== null ? realOrNull(resolve(cwd, word)) : null
    return real !== null && isInside(real, directory)
  })
}

/** Those whose parent is not one of them: a program that forks its own kind is one process. */
export function rootsOf(entries: readonly ProcessEntry[]): ProcessEntry[] {
  const pids = new Set(entries.map((entry) => entry.pid))
  return entries.filter((entry) => !pids.has(entry.parent))
}

/** `node` is whatever `node` the PATH of that time led to. */
function isNamed(program: string, first: string | undefined, executable: string | null): boolean {
  if (program.includes('/')) return false
  return basename(first ?? '') === program || (executable !== null && basename(executable) === program)
}

function isSameFile(one: string, other: string): boolean {
  const real = realOrNull(one)
  return real !== null && real === realOrNull(other)
}

function realOrNull(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
