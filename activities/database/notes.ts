import { createHash } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { isErrno, readJson, writeJson } from '../disk/atomic.ts'
import { hostPaths } from '../host/paths.ts'

const progress = z.strictObject({
  done: z.number(),
  began: z.string().nullable(),
  indexes: z.array(z.string()).optional(),
})

const note = z.strictObject({
  name: z.string(),
  /** Whose deployment applied it. */
  deployment: z.string(),
  releaseDirectory: z.string(),
  /** Hash over the statements of the file as it was applied, comments left out. */
  sha256: z.string(),
  /** Over all its bytes; null: applied before that was noted. */
  bytes: z.string().nullable().default(null),
  /** Hash of the snapshot of the release's migration directory; null: applied before there were snapshots. */
  snapshot: z.string().nullable().default(null),
  /** Fingerprints around it; null: not known, `after` until it is proven applied. */
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** How far its up, and later its down, has come; null: not begun. */
  up: progress.nullable(),
  down: progress.nullable(),
  /** The history was read without it after its down had begun: it is not applied any more. */
  reverted: z.boolean().default(false),
  /** It went with a database that was restored from an older backup: who accepted that. Not applied any more. */
  restored: z
    .strictObject({ by: z.string(), claimed: z.boolean().optional(), reason: z.string(), at: z.string() })
    .optional(),
  /**
   * When its up had run: from which transaction on (64 bits) rows may have been written since, and its own, which are not.
   * Absent: not noted.
   */
  since: z.strictObject({ from: z.string(), own: z.string().nullable() }).optional(),
  /** Rows that its up put into each table, by OID: what its down may take out again. Absent: not known. */
  inserted: z.array(z.strictObject({ relation: z.number(), rows: z.number() })).optional(),
})

const rows = z.array(
  z.strictObject({
    /** OID: a later migration may rename it. */
    relation: z.number(),
    /** As SQL, sorted. */
    columns: z.array(z.string()),
    /** Of every row there was, over these columns; null: too many to keep. */
    hashes: z.array(z.string()).nullable(),
  }),
)

const baseline = z.strictObject({ deployment: z.string(), rows })

/** What a host remembers of a migration that Belay applied: enough to prove and to refuse its revert. */
export type MigrationNote = z.infer<typeof note>

/** The rows that added tables held right after the migrations, by table and by the columns it had at each step. */
export type RowBaseline = z.infer<typeof rows>

export async function readNote(directory: string, name: string): Promise<MigrationNote | null> {
  return await readJson(noteFile(directory, name), (value) => note.parse(value))
}

/** Every note of this host, in no order. */
export async function readNotes(directory: string): Promise<MigrationNote[]> {
  const files = await readdir(notesDirectory(directory)).catch((error: unknown): string[] => {
    if (isErrno(error, 'ENOENT')) return []
    throw error
  })
  const own = files.filter((file) => file.endsWith('.json') && !file.endsWith('.rows.json') && !file.startsWith('.'))
  const notes = await Promise.all(
    own.map((file) => readJson(join(notesDirectory(directory), file), (value) => note.parse(value))),
  )
  return notes.filter((each) => each !== null)
}

export async function writeNote(directory: string, value: MigrationNote): Promise<void> {
  await writeJson(noteFile(directory, value.name), value)
}

/**
 * After a revert, when nothing of it runs any more: what the history does not hold is reverted, and what it holds and
 * whose down had done nothing yet was never begun. Again: the same.
 */
export async function settleNotes(
  directory: string,
  notes: readonly (MigrationNote | null)[],
  history: readonly string[],
): Promise<void> {
  for (const each of notes) {
    if (!each?.down || each.reverted) continue
    if (!history.includes(each.name)) await writeNote(directory, { ...each, reverted: true })
    else if (!isBegun(each.down)) await writeNote(directory, { ...each, down: null })
  }
}

/** Something of it may have happened. */
export function isBegun(progress: MigrationNote['down']): boolean {
  return progress !== null && (progress.done > 0 || progress.began !== null)
}

export async function readBaseline(directory: string, name: string): Promise<z.infer<typeof baseline> | null> {
  return await readJson(baselineFile(directory, name), (value) => baseline.parse(value))
}

export async function writeBaseline(directory: string, name: string, value: z.infer<typeof baseline>): Promise<void> {
  await writeJson(baselineFile(directory, name), value)
}

function notesDirectory(directory: string): string {
  return join(hostPaths(directory).state, 'migrations')
}

function noteFile(directory: string, name: string): string {
  return join(notesDirectory(directory), `${fileName(name)}.json`)
}

function baselineFile(directory: string, name: string): string {
  return join(notesDirectory(directory), `${fileName(name)}.rows.json`)
}

/** Legible where the tool's name allows it. */
function fileName(name: string): string {
  return /^[A-Za-z0-9][A-Za-z0-9_-]{0,150}$/.test(name) ? name : createHash('sha256').update(name).digest('hex')
}
