import type { AppliedMigration, HostOrder } from '../../../src/domain/host.ts'
import type { MigrationReview } from '../../../src/domain/migration.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { readCatalog, storeCatalog } from '../catalog/catalog.ts'
import { readNotes } from '../notes.ts'
import { goneReleases } from '../snapshot/gone-releases.ts'
import { ownershipOf } from '../snapshot/owners.ts'
import { hashOfRelease } from '../snapshot/snapshot.ts'
import type { MigrationFile, Target } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { noticesOf } from './notices.ts'
import { historyRefusals, refusalsOf } from './refusals.ts'

type Reviewed = {
  order: HostOrder
  database: DatabasePlan
  releaseDirectory: string
  known: readonly AppliedMigration[] | null
  /** Only who applied what, for a way back: the release's directory may be gone. Absent: for a deployment. */
  way?: 'back'
}

/** Holds the release's directory against the history. Throws where the directory or the history table makes no sense. */
export async function reviewRelease(target: Target, reviewed: Reviewed): Promise<MigrationReview> {
  const { client } = target
  const { order, database, releaseDirectory, known } = reviewed
  const { directory } = order
  const { migrations: settings } = database
  const tool = toolFor(settings)
  const release = { releaseDirectory, settings }
  const remembered = [...(known ?? []), ...(await readNotes(directory))].map(({ name }) => name)
  const applied = await tool.history(target, { settings, release, known: remembered })
  const catalog = await readCatalog(client, settings)
  const owned = { applied, ...(await ownershipOf(directory, applied, known)), catalog }
  if (reviewed.way === 'back') return await wayBackOf(target, reviewed, owned)
  const files = await tool.files(release, target)
  const pending = files.filter(({ name }) => !applied.includes(name))
  const names = pending.map(({ name }) => name)
  const asked = { ...target, release, directory, tool }
  const found = { files, applied, pending: names }
  return {
    ...(await factsOf(reviewed, owned)),
    pending: names,
    unknown: unknownIn(owned.owners, files),
    withoutDown: pending.filter(hasNoWayBack).map(({ name }) => name),
    refusals: [
      ...(await historyRefusals({ client, tool, settings, directory }, owned)),
      ...(await refusalsOf(asked, found)),
    ],
    notices: await noticesOf(directory, { files, pending, catalog, owners: owned.owners }),
    snapshot: await hashOfRelease(release),
  }
}

type Owned = Pick<Facts, 'applied' | 'owners' | 'vanished'> & { catalog: Awaited<ReturnType<typeof readCatalog>> }

type Facts = Required<Pick<MigrationReview, 'applied' | 'owners' | 'vanished' | 'catalog'>>

async function factsOf({ order }: Reviewed, { applied, owners, vanished, catalog }: Owned): Promise<Facts> {
  return { applied, owners, vanished, catalog: await storeCatalog(order.directory, catalog) }
}

async function wayBackOf({ environment }: Target, reviewed: Reviewed, owned: Owned): Promise<MigrationReview> {
  return {
    ...(await factsOf(reviewed, owned)),
    pending: [],
    unknown: unknownIn(owned.owners, []),
    withoutDown: [],
    refusals: [],
    gone: await goneReleases(
      { directory: reviewed.order.directory, settings: reviewed.database.migrations, environment },
      owned.owners,
    ),
  }
}

/** Neither applied by anybody that this host knows, nor brought by the release. */
function unknownIn(owners: readonly AppliedMigration[], files: readonly MigrationFile[]): string[] {
  const brought = new Set(files.map(({ name }) => name))
  return owners.filter((one) => one.releaseDirectory === null && !brought.has(one.name)).map(({ name }) => name)
}

function hasNoWayBack(file: MigrationFile): boolean {
  return file.wayBack !== 'there' || file.destroys !== null
}
