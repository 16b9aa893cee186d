import type { AppliedMigration } from '../../../src/domain/host.ts'
import { commentsOnly, outOfBand } from '../../../src/domain/migration/words.ts'
import { isThere } from '../../disk/is-there.ts'
import { type MigrationNote, readNote } from '../notes.ts'
import type { MigrationSettings, MigrationTool, Release, Target } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { differencesOf } from './differences.ts'
import { hashOfRelease, openSnapshot } from './snapshot.ts'

/** Where the files are with which a migration was applied, proven by their hash where one was kept; or why they are not. */
export type AppliedFiles = { release: Release; notices: string[] } | { refused: string }

/** The same for a list of migrations: `files` null where they are not there, and `why`, in words. */
export type AppliedSnapshot = { name: string; files: Release | null; why: string | null }

/** The files with which each of these was applied on this host, in the order given. Changes nothing. */
export async function appliedSnapshots(
  asked: { directory: string; settings: MigrationSettings; environment: Target['environment'] },
  applied: readonly AppliedMigration[],
): Promise<AppliedSnapshot[]> {
  const { directory, settings } = asked
  const tool = toolFor(settings)
  // One release may have applied hundreds; its files are proven once.
  const proven = new Map<string, Release>()
  const found: AppliedSnapshot[] = []
  for (const one of applied) {
    const note = await readNote(directory, one.name)
    const key = JSON.stringify([note?.snapshot ?? one.snapshot, note?.releaseDirectory, one.releaseDirectory])
    const known = proven.get(key)
    const files = known ? { release: known } : await filesOf({ ...asked, tool }, one, note)
    if ('release' in files) proven.set(key, files.release)
    const answer = 'release' in files ? { files: files.release, why: null } : { files: null, why: files.refused }
    found.push({ name: one.name, ...answer })
  }
  return found
}

type Asked = {
  directory: string
  settings: MigrationSettings
  tool: MigrationTool
  environment: Target['environment']
}

/** What the host noted itself counts before what it is told. */
export async function filesOf(asked: Asked, told: AppliedMigration, note: MigrationNote | null): Promise<AppliedFiles> {
  const { directory, settings, tool } = asked
  const { name } = told
  const directories = [note?.releaseDirectory ?? null, told.releaseDirectory].filter((each) => each !== null)
  const there = await Promise.all(directories.map(isThere))
  const releaseDirectory = directories.find((_, at) => there[at]) ?? directories[0]
  if (releaseDirectory === undefined) return { refused: outOfBand(name, 'or keep the schema') }
  const hash = note?.snapshot ?? told.snapshot ?? null
  if (hash === null) return await unkept(asked, name, releaseDirectory)
  const snapshot = await openSnapshot(directory, hash, { releaseDirectory, settings })
  if (snapshot !== null && tool.scripts !== true) {
    return await fromSnapshot(asked, name, { releaseDirectory, settings, migrations: snapshot })
  }
  for (const each of directories) {
    const release = { releaseDirectory: each, settings }
    if ((await isReadable(release)) && (await hashOfRelease(release)) === hash) return { release, notices: [] }
  }
  return await notProven(asked, { name, releaseDirectory, snapshot })
}

/** Its files are there, but its tool may be gone with the release. */
async function fromSnapshot({ tool, environment }: Asked, name: string, release: Release): Promise<AppliedFiles> {
  const cannot = await tool.cannotRun(release, environment)
  if (cannot === null) return { release, notices: [] }
  return { refused: (await isThere(release.releaseDirectory)) ? cannot : gone(name, release.releaseDirectory) }
}

/** Nobody kept a copy: only the release's own files are there, and what is noted of them is compared by the caller. */
async function unkept({ settings }: Asked, name: string, releaseDirectory: string): Promise<AppliedFiles> {
  const release = { releaseDirectory, settings }
  if (await isReadable(release)) return { release, notices: [] }
  return { refused: `${name}: ${releaseDirectory}, whose release applied it, is gone, and it kept no snapshot` }
}

async function notProven(
  { settings, tool }: Asked,
  { name, releaseDirectory, snapshot }: { name: string; releaseDirectory: string; snapshot: string | null },
): Promise<AppliedFiles> {
  const release = { releaseDirectory, settings }
  if (!(await isThere(releaseDirectory))) return { refused: gone(name, releaseDirectory) }
  if (snapshot === null) {
    const refused = `${name}: the snapshot of the release that applied it is not whole any more, and the files in ${releaseDirectory} are not those that were applied; restore them`
    return { refused }
  }
  if (!(await isReadable(release))) {
    return { refused: `${name}: the migrations of ${releaseDirectory} are gone; copy them back from ${snapshot}` }
  }
  const { edited, commented } = await differencesOf(tool, release, { ...release, migrations: snapshot })
  if (edited.length > 0) {
    const what = `${edited.join(', ')} in ${releaseDirectory} ${edited.length === 1 ? 'is' : 'are'} not what was applied`
    return { refused: `${name}: ${what}; copy it back from ${snapshot}` }
  }
  return { release, notices: commented.map(commentsOnly) }
}

function gone(name: string, releaseDirectory: string): string {
  return `${name}: ${releaseDirectory}, whose release applied it, is gone, and its tool or scripts with it; bring that release back from its commit, or keep the schema`
}

async function isReadable({ releaseDirectory, settings }: Release): Promise<boolean> {
  return await isThere(`${releaseDirectory}/${settings.directory}`)
}
