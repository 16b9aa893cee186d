import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { AppliedMigration } from '../../../src/domain/host.ts'
import { commentsOnly, noWayBack, restoredNotice } from '../../../src/domain/migration/words.ts'
import { type MigrationNote, readNote } from '../notes.ts'
import { driftOf } from '../snapshot/drift.ts'
import type { MigrationFile } from '../tools/tool.ts'

type Found = {
  files: readonly MigrationFile[]
  pending: readonly MigrationFile[]
  owners: readonly AppliedMigration[]
  restored: readonly MigrationNote[]
  catalog: Catalog
}

/** What stops nothing, and a person should know before these migrations are applied; in words. */
export async function noticesOf(
  directory: string,
  { files, pending, owners, restored, catalog }: Found,
): Promise<string[]> {
  const notes = await Promise.all(owners.map(({ name }) => readNote(directory, name)))
  const { changed } = await driftOf(directory, catalog, { notes })
  const commented = notes.filter((note) => {
    const file = files.find((candidate) => candidate.name === note?.name)
    return file && note && note.bytes !== null && file.sha256 === note.sha256 && file.bytes !== note.bytes
  })
  return [
    ...pending.flatMap(wayBackNotice),
    ...commented.flatMap((note) => (note ? [commentsOnly(note.name)] : [])),
    ...restored.flatMap(({ name, restored: accepted }) => (accepted ? [restoredNotice(name, accepted)] : [])),
    ...leftOut(files, owners),
    ...(changed === null ? [] : [`${changed}; a rollback keeps the schema as it is now`]),
  ]
}

function wayBackNotice({ name, wayBack, noWayBack: declared, destroys }: MigrationFile): string[] {
  const kept = 'on a rollback the schema is kept'
  if (declared !== null) return [`${name}: no way back, as declared (${declared}): ${kept}`]
  if (wayBack !== 'there') return [`${noWayBack(name, wayBack)}; ${kept}`]
  return destroys === null ? [] : [`${name}: no way back from "${destroys}", which destroys values itself: ${kept}`]
}

/** An earlier rollback may have kept them, or somebody deleted their files: either way they are known. */
function leftOut(files: readonly MigrationFile[], owners: readonly AppliedMigration[]): string[] {
  const own = new Set(files.map(({ name }) => name))
  const names = owners.filter((one) => one.releaseDirectory !== null && !own.has(one.name)).map(({ name }) => name)
  if (names.length === 0 || files.length === 0) return []
  return [
    `applied, and not among the files of this release: ${names.join(', ')}; a rollback past them reverts them from their own snapshots`,
  ]
}
