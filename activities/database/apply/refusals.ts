import type pg from 'pg'
import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { AppliedMigration } from '../../../src/domain/host.ts'
import { restoredFromBackup } from '../../../src/domain/migration/words.ts'
import { readNote } from '../notes.ts'
import { driftOf } from '../snapshot/drift.ts'
import type { MigrationFile, MigrationSettings, MigrationTool, Release, Target } from '../tools/tool.ts'

type Refusing = {
  release: Release
  directory: string
  tool: MigrationTool
  environment: Target['environment']
}

/** Why these migrations of a release must not be applied, in words; empty: they may. Reads files, changes nothing. */
export async function refusalsOf(
  { release, directory, tool, environment }: Refusing,
  {
    files,
    applied,
    pending,
  }: { files: readonly MigrationFile[]; applied: readonly string[]; pending: readonly string[] },
): Promise<string[]> {
  const cannot = pending.length > 0 ? await tool.cannotRun(release, environment) : null
  return [
    ...(cannot === null ? [] : [cannot]),
    ...pending.flatMap((name) => problemOf(name, files)),
    ...outOfOrder(files, applied, pending),
    ...(await editedFiles(directory, files, applied)),
  ]
}

/** Why nothing may be built on this history: half done, or older than what was done here. Changes nothing. */
export async function historyRefusals(
  asked: { client: pg.ClientBase; tool: MigrationTool; settings: MigrationSettings; directory: string },
  found: { owners: readonly AppliedMigration[]; vanished: readonly AppliedMigration[]; catalog: Catalog },
): Promise<string[]> {
  const { client, tool, settings, directory } = asked
  const { owners, vanished, catalog } = found
  const notes = await Promise.all(owners.map(({ name }) => readNote(directory, name)))
  const { older } = await driftOf(directory, catalog, { notes })
  return [
    await tool.dirty(client, settings),
    vanished.length === 0 ? null : restoredFromBackup(vanished.map(({ name }) => name)),
    older,
  ].filter((refusal) => refusal !== null)
}

/** Applied, and changed in the release since: what is in the database is not what the file says. */
async function editedFiles(
  directory: string,
  files: readonly MigrationFile[],
  applied: readonly string[],
): Promise<string[]> {
  const edited: string[] = []
  for (const file of files.filter(({ name }) => applied.includes(name))) {
    const note = await readNote(directory, file.name)
    if (note === null || note.sha256 === file.sha256) continue
    edited.push(`${file.name} was changed after it was applied: restore the file, and write a new migration instead`)
  }
  return edited
}

function problemOf(name: string, files: readonly MigrationFile[]): string[] {
  const file = files.find((candidate) => candidate.name === name)
  if (!file) return [`${name}: expected it in the release's migration directory, got no such file`]
  return file.problem === null ? [] : [`${name}: ${file.problem}`]
}

function outOfOrder(files: readonly MigrationFile[], applied: readonly string[], pending: readonly string[]): string[] {
  const names = files.map((file) => file.name)
  const last = Math.max(-1, ...applied.map((name) => names.indexOf(name)))
  return pending
    .filter((name) => names.includes(name) && names.indexOf(name) < last)
    .map((name) => `${name} comes before ${names[last]}, which is already applied: rename it so that it comes last`)
}
