import { join } from 'node:path'
import type { AdoptedSchema } from '../../../src/domain/adoption.ts'
import type { HostOrder } from '../../../src/domain/host.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { isThere } from '../../disk/is-there.ts'
import { readCatalog, storeCatalog } from '../catalog/catalog.ts'
import { keepSnapshot } from '../snapshot/snapshot.ts'
import type { MigrationFile, Release, Target } from '../tools/tool.ts'
import { toolFor } from '../tools/tools.ts'

/**
 * The schema as a release that Belay never deployed has left it. What is applied and lies in its directory is that
 * release's; what lies nowhere belongs to nobody here. A release older than its migrations brings none.
 */
export async function adoptedSchema(
  target: Target,
  asked: { order: HostOrder; database: DatabasePlan; releaseDirectory: string },
): Promise<AdoptedSchema> {
  const { order, releaseDirectory } = asked
  const settings = asked.database.migrations
  const tool = toolFor(settings)
  const release = { releaseDirectory, settings }
  const own = (await filesOf(release, target)).map(({ name }) => name)
  const history = await tool.history(target, { settings, release, known: [] })
  // Its directory is not Belay's to keep; a copy of its files is.
  const snapshot = own.length > 0 ? { snapshot: await keepSnapshot(order.directory, release) } : {}
  const its = { releaseDirectory, ...snapshot }
  return {
    applied: history.map((name) => ({ name, ...(own.includes(name) ? its : { releaseDirectory: null }) })),
    pending: own.filter((name) => !history.includes(name)),
    catalog: await storeCatalog(order.directory, await readCatalog(target.client, settings)),
  }
}

async function filesOf(release: Release, target: Target): Promise<MigrationFile[]> {
  const { releaseDirectory, settings } = release
  if (!(await isThere(join(releaseDirectory, settings.directory)))) return []
  return await toolFor(settings).files(release, target)
}
