import { readNote } from '../notes.ts'
import { openSnapshot } from '../snapshot/snapshot.ts'
import type { MigrationFile, Release } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { applyAll, type Source } from './apply-all.ts'

export type ReplayOrder = {
  /** The host's; its snapshots and notes are below. */
  directory: string
  /** The release that is rehearsed: older releases' migrations are mostly in it too. */
  release: Release
  applied: readonly string[]
  environment: Readonly<Record<string, string | undefined>>
}

/**
 * Applies again, on an empty database, what is applied on the live one, each from its snapshot with its release's tool;
 * without one, from the release at hand. Nothing here is proof: whoever asked compares the catalogs.
 * @throws in words where a file is nowhere, or one does not run
 */
export async function replay(url: string, order: ReplayOrder): Promise<void> {
  const { applied, environment } = order
  const found = await sourcesOf(order)
  const sources = applied.map((name) => {
    const source = found.get(name)
    if (source) return source
    throw new Error(`${name} is applied, but its file is neither kept on this host nor in the release`)
  })
  await applyAll(url, { sources, environment })
}

async function sourcesOf(order: ReplayOrder): Promise<Map<string, Source>> {
  const { directory, release, applied } = order
  const read = new Map<string, readonly MigrationFile[]>()
  const sources = new Map<string, Source>()
  const own = await filesOf(release, read)
  for (const name of applied) {
    const kept = await keptRelease(directory, name, release)
    const keptFile = kept && (await filesOf(kept, read)).find((file) => file.name === name)
    const ownFile = own.find((file) => file.name === name)
    if (kept && keptFile) sources.set(name, { release: kept, file: keptFile })
    else if (ownFile) sources.set(name, { release, file: ownFile })
  }
  return sources
}

/** The release that applied it, as this host has kept it; null: it has not. */
async function keptRelease(directory: string, name: string, { settings }: Release): Promise<Release | null> {
  const note = await readNote(directory, name)
  if (note?.snapshot == null) return null
  const release = { releaseDirectory: note.releaseDirectory, settings }
  const migrations = await openSnapshot(directory, note.snapshot, release)
  return migrations === null ? null : { ...release, migrations }
}

async function filesOf(
  release: Release,
  read: Map<string, readonly MigrationFile[]>,
): Promise<readonly MigrationFile[]> {
  const place = `${release.releaseDirectory}\n${release.migrations ?? ''}`
  const known = read.get(place)
  if (known) return known
  const files = await toolFor(release.settings).files(release)
  read.set(place, files)
  return files
}
