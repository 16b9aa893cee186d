import type { AppliedMigration } from '../../../src/domain/host.ts'
import { type MigrationNote, readNotes } from '../notes.ts'

/** Whose each applied migration is, and what is not applied any more though it should be. */
export type Ownership = {
  /** In the order of the history; nobody known: no directory. */
  owners: AppliedMigration[]
  /** Not in the history, though it was applied here and never reverted. */
  vanished: AppliedMigration[]
  /** Not in the history since a restored database was accepted without them. */
  restored: MigrationNote[]
}

/** The host's notes know who applied what, whatever became of that deployment; its records know the rest. */
export async function ownershipOf(
  directory: string,
  history: readonly string[],
  known: readonly AppliedMigration[] | null,
): Promise<Ownership> {
  const notes = new Map((await readNotes(directory)).map((note) => [note.name, note]))
  const recorded = new Map((known ?? []).map((one) => [one.name, one]))
  const owners = history.map((name) => {
    const note = notes.get(name)
    return note && !note.reverted ? ownerOf(note) : (recorded.get(name) ?? { name, releaseDirectory: null })
  })
  // With a version of record its list counts: what was given up after a deployment that failed is nobody's loss.
  const expected = known?.map(({ name }) => name) ?? [...notes.keys()].sort()
  const vanished = expected.flatMap((name) => {
    const note = notes.get(name)
    return note && wasProven(note) && !history.includes(name) ? [ownerOf(note)] : []
  })
  const restored = [...notes.values()].filter((note) => note.restored !== undefined && !history.includes(note.name))
  return { owners, vanished, restored }
}

/** All that the host's notes hold for applied. */
export async function readStanding(directory: string): Promise<AppliedMigration[]> {
  return (await readNotes(directory)).filter((note) => !note.reverted).map(ownerOf)
}

function ownerOf({ name, releaseDirectory, snapshot }: MigrationNote): AppliedMigration {
  return { name, releaseDirectory, ...(snapshot === null ? {} : { snapshot }) }
}

/** Applied and found applied, and nobody began to take it back: a revert may be cut off before it says that it is done. */
export function wasProven(note: MigrationNote): boolean {
  return note.after !== null && !note.reverted && note.down === null
}
