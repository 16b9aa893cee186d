import type { HostOrder } from '../../../src/domain/host.ts'
import type { IntegrityReport } from '../../../src/domain/integrity/integrity.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { requireClaim } from '../../host/require-claim.ts'
import type { createDatabaseAccess } from '../access.ts'
import { readCatalog } from '../catalog/catalog.ts'
import { askAssertions } from './assertions.ts'
import { type KeepAsked, keepIntegrity } from './keep.ts'
import { createProgress } from './progress.ts'
import { type Against, proveIntegrity } from './prove.ts'
import { stoppable } from './stop.ts'
import { structureOf, structureResults } from './structure.ts'

type Access = Pick<ReturnType<typeof createDatabaseAccess>, 'ask'>

/** Whether the data is whole. Both change nothing in the database, and stop at once when they are told to. */
export function createIntegrityActivities(access: Access) {
  return {
    /**
     * Writes down on the host what the data is, before a deployment changes it. Repeating it answers with what was kept
     * first.
     */
    async keepIntegrity(input: KeepAsked): Promise<IntegrityReport> {
      await requireClaim(input.order)
      const { tell, last } = createProgress()
      return await access.ask(
        input.database,
        ({ client, url }) => stoppable(client, url, () => keepIntegrity(client, input, { url, tell })),
        last,
      )
    },

    /**
     * The structure, and the service's own assertions; with `against`, all of it held against what was kept before the
     * deployment. Changes nothing, whatever they say.
     */
    async checkIntegrity({ order, database, against }: CheckAsked): Promise<IntegrityReport> {
      const { tell, last } = createProgress()
      return await access.ask(
        database,
        ({ client, url }) =>
          stoppable(client, url, async () => {
            if (against) return await proveIntegrity(client, { order, database, against }, { url, tell })
            const structure = structureOf(await readCatalog(client, database.migrations), null)
            const assertions = await askAssertions(client, database, { url, tell })
            return {
              level: 'fast',
              sequences: 0,
              results: [...structureResults(structure, null), ...assertions],
              tables: [],
            }
          }),
        last,
      )
    },
  }
}

type CheckAsked = { order: HostOrder; database: DatabasePlan; against?: Against }
