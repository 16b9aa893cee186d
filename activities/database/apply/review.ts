import type { Catalog } from '../../../src/domain/catalog/catalog.ts'
import type { AppliedMigration, HostOrder } from '../../../src/domain/host.ts'
import type { MigrationReview } from '../../../src/domain/migration/migration.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { readCatalog, storeCatalog } from '../catalog/catalog.ts'
import { readNotes } from '../notes.ts'
import { goneReleases } from '../snapshot/gone-releases.ts'
import { type Ownership, ownershipOf } from '../snapshot/owners.ts'
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
  const { order, database, releaseDirectory, known } = reviewed
  const { migrations: settings } = database
  const release = { releaseDirectory, settings }
  const remembered = [...(known ?? []), ...(await readNotes(order.directory))].map(({ name }) => name)
  const applied = await toolFor(settings).history(target, { settings, release, known: remembered })
  const catalog = await readCatalog(target.client, settings)
  const world = { applied, ...(await ownershipOf(order.directory, applied, known)), catalog }
  const said =
    reviewed.way === 'back' ? await backSaid(target, reviewed, world) : await forwardSaid(target, reviewed, world)
  const { owners, vanished, restored } = world
  const names = restored.length === 0 ? {} : { restored: restored.map(({ name }) => name) }
  return { applied, owners, vanished, ...names, catalog: await storeCatalog(order.directory, catalog), ...said }
}

type World = Ownership & { applied: readonly string[]; catalog: Catalog }

type Said = Omit<MigrationReview, keyof World>

async function forwardSaid(target: Target, reviewed: Reviewed, world: World): Promise<Said> {
  const { directory } = reviewed.order
  const { migrations: settings } = reviewed.database
  const { applied, owners, restored, catalog } = world
  const tool = toolFor(settings)
  const release = { releaseDirectory: reviewed.releaseDirectory, settings }
  const files = await tool.files(release, target)
  const pending = files.filter(({ name }) => !applied.includes(name))
  const names = pending.map(({ name }) => name)
  const onHistory = await historyRefusals({ client: target.client, tool, settings, directory }, world)
  const onFiles = await refusalsOf({ ...target, release, directory, tool }, { files, applied, pending: names })
  return {
    pending: names,
    unknown: unknownIn(world, [...files, ...(reviewed.known ?? [])]),
    withoutDown: pending.filter(hasNoWayBack).map(({ name }) => name),
    refusals: [...onHistory, ...onFiles],
    notices: await noticesOf(directory, { files, pending, catalog, owners, restored }),
    snapshot: await hashOfRelease(release),
  }
}

async function backSaid({ environment }: Target, reviewed: Reviewed, world: World): Promise<Said> {
  const asked = { directory: reviewed.order.directory, settings: reviewed.database.migrations, environment }
  return {
    pending: [],
    unknown: unknownIn(world, reviewed.known ?? []),
    withoutDown: [],
    refusals: [],
    gone: await goneReleases(asked, world.owners),
  }
}

/** Neither applied by anybody that this host knows, nor brought by the release, nor of record for whatever reason. */
function unknownIn({ owners }: World, known: readonly { name: string }[]): string[] {
  const names = new Set(known.map(({ name }) => name))
  return owners.filter((one) => one.releaseDirectory === null && !names.has(one.name)).map(({ name }) => name)
}

function hasNoWayBack(file: MigrationFile): boolean {
  return file.wayBack !== 'there' || file.destroys !== null
}
