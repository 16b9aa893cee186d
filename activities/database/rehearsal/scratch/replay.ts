import type { AppliedMigration } from '../../../../src/domain/host.ts'
import { appliedSnapshots } from '../../snapshot/applied-files.ts'
import { readMigrationDirectory } from '../../tools/migration-directory.ts'
import type { MigrationFile, Release, Target } from '../../tools/tool.ts'
import { toolFor } from '../../tools/tools.ts'
import { applyAll, type Source } from './apply-all.ts'
import type { Live } from './live.ts'

export type ReplayOrder = {
  /** The host's; its snapshots and notes are below. */
  directory: string
  /** The release that is rehearsed: older releases' migrations are mostly in it too. */
  release: Release
  live: Pick<Live, 'applied' | 'files'>
  /** What the host's record says of who applied what. */
  known: readonly AppliedMigration[]
  environment: Target['environment']
}

/**
 * Applies again, on an empty database, what is applied on the live one, each from its snapshot with its release's tool;
 * without one, from the release at hand. Nothing here is proof: whoever asked compares the catalogs.
 * @throws in words where a file is nowhere, or one does not run
 */
export async function replay(url: string, order: ReplayOrder): Promise<void> {
  const { live, known, directory, release, environment } = order
  const applied = live.applied.map((name) => known.find((one) => one.name === name) ?? { name, releaseDirectory: null })
  const kept = await appliedSnapshots({ directory, settings: release.settings, environment }, applied)
  const read = new Map<string, readonly MigrationFile[]>()
  const sources: Source[] = []
  for (const { name, files } of kept) {
    const source = (files && (await sourceIn(files, name, order, read))) ?? ownSource(order, name)
    if (!source) throw new Error(`${name} is applied, but its file is neither kept on this host nor in the release`)
    sources.push(source)
  }
  await applyAll(url, { sources, environment })
}

/** What its release's files say, read once. Those of a foreign tool say nothing beside another database. */
async function sourceIn(
  release: Release,
  name: string,
  { live }: ReplayOrder,
  read: Map<string, readonly MigrationFile[]>,
): Promise<Source | null> {
  const place = `${release.releaseDirectory}\n${release.migrations ?? ''}`
  const tool = toolFor(release.settings)
  const own = live.files.find((file) => file.name === name)
  if (release.settings.tool === 'commands') return own ? { release, file: own } : null
  const files = read.get(place) ?? tool.read(await readMigrationDirectory(release))
  read.set(place, files)
  const file = files.find((candidate) => candidate.name === name)
  return file ? { release, file } : null
}

function ownSource({ live, release }: ReplayOrder, name: string): Source | null {
  const file = live.files.find((candidate) => candidate.name === name)
  return file ? { release, file } : null
}
