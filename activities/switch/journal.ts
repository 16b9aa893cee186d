import { mkdir, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fsyncDirectory, isErrno, readJson, writeJson } from '../disk/atomic.ts'
import type { Roots } from '../disk/safe-path.ts'
import type { Git } from '../git/git.ts'
import { hostPaths } from '../host/paths.ts'
import { type Head, settleCheckout } from './checkout-state.ts'
import { type FileState, settleFile } from './file-state.ts'
import { settleLink } from './link-state.ts'
import { switchPaths } from './paths.ts'
import { noteWritten } from './written.ts'

/**
 * A switch that is under way: everything that it changes, as it was and as it is to be. It is on the disk before the
 * first change and leaves only when all are made, or all are undone; so whoever finds one can finish it.
 */
export type Journal = {
  id: string
  roots: Roots
  planDigest: string | null
  /** `undo`: a change could not be made, and those that were are taken back. */
  course: 'apply' | 'undo'
  problem: { type: string | null; message: string } | null
  changes: readonly Change[]
  /** Targets whose bytes were neither captured nor ours, kept beside the restore point. */
  edited: readonly string[]
}

export type Change =
  | { kind: 'file'; path: string; before: FileState; after: FileState; parents: readonly string[] }
  | { kind: 'link'; path: string; before: string | null; after: string | null }
  | { kind: 'checkout'; directory: string; before: Head; after: Head }

export async function readJournal(directory: string): Promise<Journal | null> {
  return await readJson(switchPaths(directory).journal, parseJournal)
}

/** How a switch ended: its journal, with the course it took. */
export async function readDone(directory: string, id: string): Promise<Journal | null> {
  return await readJson(switchPaths(directory).done(id), parseJournal)
}

/** Writes the intention and carries it out. */
export async function beginJournal(git: Git, journal: Journal): Promise<Journal> {
  await writeJson(switchPaths(journal.roots.directory).journal, journal)
  return await carryOut(git, journal)
}

/**
 * Brings a journal to its end. When a change fails, all are undone; when that fails too, the journal stays and this
 * throws: nothing may be started until it is finished.
 */
export async function carryOut(git: Git, journal: Journal): Promise<Journal> {
  if (journal.course === 'undo') return await undo(git, journal)
  try {
    for (const change of journal.changes) await settle(git, journal, change, 'after')
  } catch (error) {
    const undoing: Journal = { ...journal, course: 'undo', problem: problemOf(error) }
    await writeJson(switchPaths(journal.roots.directory).journal, undoing)
    return await undo(git, undoing)
  }
  await noteWritten(journal.roots.directory, {
    files: journal.changes.flatMap((change) =>
      change.kind === 'file' ? [{ path: change.path, sha256: change.after?.sha256 ?? null }] : [],
    ),
    codeChanged: journal.changes.some((change) => change.kind !== 'file'),
    planDigest: journal.planDigest,
    at: new Date().toISOString(),
  })
  return await archive(journal)
}

/** In the same order: a checkout may put files over those that are restored after it. */
async function undo(git: Git, journal: Journal): Promise<Journal> {
  for (const change of journal.changes) await settle(git, journal, change, 'before')
  return await archive(journal)
}

async function settle(git: Git, journal: Journal, change: Change, side: 'before' | 'after'): Promise<void> {
  const { id, roots } = journal
  switch (change.kind) {
    case 'file':
      return await settleFile({
        switchId: id,
        path: change.path,
        roots,
        to: change[side],
        parents: change.parents,
      })
    case 'link':
      return await settleLink(id, change.path, change[side])
    case 'checkout':
      return await settleCheckout(git, change.directory, change[side])
  }
}

/** The rename that ends a switch. */
async function archive(journal: Journal): Promise<Journal> {
  const paths = switchPaths(journal.roots.directory)
  const done = paths.done(journal.id)
  await mkdir(dirname(done), { recursive: true, mode: 0o700 })
  await rename(paths.journal, done)
  await fsyncDirectory(dirname(done))
  await fsyncDirectory(hostPaths(journal.roots.directory).switch)
  return journal
}

function problemOf(error: unknown): Journal['problem'] {
  const type = error instanceof Error && 'type' in error && typeof error.type === 'string' ? error.type : null
  const message = error instanceof Error ? error.message : String(error)
  const hint = isErrno(error, 'EPERM', 'EACCES') ? '; run the agent as the owner of these files, or as root' : ''
  return { type, message: `${message}${hint}` }
}

function parseJournal(value: unknown): Journal {
  if (!isJournal(value)) throw new Error('expected a switch journal')
  return value
}

function isJournal(value: unknown): value is Journal {
  if (typeof value !== 'object' || value === null) return false
  const { id, roots, course, changes }: Record<string, unknown> = { ...value }
  const known = course === 'apply' || course === 'undo'
  return typeof id === 'string' && typeof roots === 'object' && roots !== null && known && Array.isArray(changes)
}
