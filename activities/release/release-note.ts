import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { isErrno, readJson, removeFile, writeJson } from '../disk/atomic.ts'
import { hostPaths } from '../host/paths.ts'

/**
 * What Belay knows of a directory in `releases`; kept apart from it, so that a build cannot change it. `making`: the
 * files are being put there. `fetched`: they are all there. `built`: it may go live, and is never built again.
 */
export type ReleaseNote = {
  name: string
  commit: string
  /** The commit's tree. */
  tree: string
  /** Which build commands: sha256 over them. */
  build: string
  /** The deployment that made it. */
  deployment: string
  state: 'making' | 'fetched' | 'built'
  /** RFC 3339, UTC; when it got into this state. */
  at: string
  /** sha256 of what the build changed in the commit's own files; null until it is built. */
  changes: string | null
}

export async function readNote(directory: string, name: string): Promise<ReleaseNote | null> {
  return await readJson(noteFile(directory, name), parseNote)
}

export async function writeNote(directory: string, note: ReleaseNote): Promise<void> {
  await writeJson(noteFile(directory, note.name), note)
}

export async function removeNote(directory: string, name: string): Promise<void> {
  await removeFile(noteFile(directory, name))
}

/** Newest first. */
export async function readNotes(directory: string): Promise<ReleaseNote[]> {
  const names = await readdir(notesDirectory(directory)).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const files = names.filter((name) => /^[^.].*\.json$/.test(name))
  const notes = await Promise.all(files.map((file) => readNote(directory, file.slice(0, -'.json'.length))))
  return notes.filter((note) => note !== null).sort((a, b) => b.at.localeCompare(a.at))
}

function notesDirectory(directory: string): string {
  return join(hostPaths(directory).state, 'releases')
}

function noteFile(directory: string, name: string): string {
  return join(notesDirectory(directory), `${name}.json`)
}

function parseNote(value: unknown): ReleaseNote {
  if (!isNote(value)) throw new Error('expected a release note')
  return value
}

function isNote(value: unknown): value is ReleaseNote {
  if (typeof value !== 'object' || value === null) return false
  const { name, commit, tree, build, deployment, state, at }: Record<string, unknown> = { ...value }
  return [name, commit, tree, build, deployment, state, at].every((each) => typeof each === 'string')
}
