import { type Accepted, nothingVanished, otherThanShown } from '../../../src/domain/migration/restored.ts'
import { writeJson } from '../../disk/atomic.ts'
import { hostPaths } from '../../host/paths.ts'
import { storeCatalog } from '../catalog/catalog.ts'
import { readNote, writeNote } from '../notes.ts'
import type { RestoredDatabase } from './survey.ts'

type Accepting = { vanished: readonly string[]; accepted: Accepted }

/** Why this must not be accepted, in words; null: it is what was shown, or this very acceptance was cut off. */
export async function wrongWith(
  directory: string,
  { survey }: RestoredDatabase,
  { vanished, accepted }: Accepting,
): Promise<string | null> {
  const done = await markedBy(directory, vanished, accepted)
  const got = survey.vanished.map(({ name }) => name).filter((name) => !done.includes(name))
  const left = vanished.filter((name) => !done.includes(name))
  const problems = survey.problems.filter((problem) => done.length === 0 || problem !== nothingVanished)
  if (problems.length > 0) return problems.join('\n')
  return left.join() === got.join() ? null : otherThanShown(left, got)
}

/** The notes first: the version of record is what they and the history say together. */
export async function acceptWithout(
  directory: string,
  { owners, catalog, records }: RestoredDatabase,
  { vanished, accepted }: Accepting,
): Promise<void> {
  for (const name of vanished) {
    const note = await readNote(directory, name)
    if (note) await writeNote(directory, { ...note, reverted: true, restored: accepted })
  }
  const [record, ...earlier] = records
  if (!record) return
  const now = { ...record, migrations: owners, catalog: await storeCatalog(directory, catalog) }
  await writeJson(hostPaths(directory).records, [now, ...earlier])
}

async function markedBy(directory: string, names: readonly string[], { by, at }: Accepted): Promise<string[]> {
  const notes = await Promise.all(names.map((name) => readNote(directory, name)))
  return notes.flatMap((note) => (note?.restored?.by === by && note.restored.at === at ? [note.name] : []))
}
