import type { AppliedMigration, HostOrder } from '../../../src/domain/host.ts'
import type { MigrationReview } from '../../../src/domain/migration.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { readCatalog, storeCatalog } from '../catalog/catalog.ts'
import type { MigrationFile, Target } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'
import { refusalsOf } from './refusals.ts'

type Reviewed = {
  order: HostOrder
  database: DatabasePlan
  releaseDirectory: string
  known: readonly AppliedMigration[] | null
}

/** Holds the release's directory against the history. Throws where the directory or the history table makes no sense. */
export async function reviewRelease(target: Target, reviewed: Reviewed): Promise<MigrationReview> {
  const { client } = target
  const { order, database, releaseDirectory, known } = reviewed
  const { migrations: settings } = database
  const tool = toolFor(settings)
  const release = { releaseDirectory, settings }
  const files = await tool.files(release, target)
  const applied = await tool.history(target, { settings, release, known: (known ?? []).map(({ name }) => name) })
  const pending = files.filter(({ name }) => !applied.includes(name))
  const names = pending.map(({ name }) => name)
  const expected = new Set([...files, ...(known ?? [])].map(({ name }) => name))
  return {
    applied,
    pending: names,
    unknown: applied.filter((name) => !expected.has(name)),
    withoutDown: pending.filter(hasNoWayBack).map(({ name }) => name),
    refusals: await refusalsOf(
      { ...target, release, directory: order.directory, tool },
      { files, applied, pending: names },
    ),
    catalog: await storeCatalog(order.directory, await readCatalog(client, settings)),
  }
}

function hasNoWayBack(file: MigrationFile): boolean {
  return file.wayBack !== 'there' || file.destroys !== null
}
