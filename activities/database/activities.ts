import type pg from 'pg'
import type { AdoptedSchema } from '../../src/domain/adoption.ts'
import type { AppliedMigration, HostOrder } from '../../src/domain/host.ts'
import type { IntegrityReport } from '../../src/domain/integrity.ts'
import type { MigrateResult, MigrationReview, RevertResult } from '../../src/domain/migration.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { requireClaim } from '../host/require-claim.ts'
import type { Steps } from '../step/steps.ts'
import { createDatabaseAccess } from './access.ts'
import { adoptedSchema } from './apply/adopted.ts'
import { reviewRelease } from './apply/review.ts'
import { readCatalog } from './catalog/catalog.ts'
import { askAssertions } from './integrity/assertions.ts'
import { type KeepAsked, keepIntegrity } from './integrity/keep.ts'
import { createProgress } from './integrity/progress.ts'
import { type Against, proveIntegrity } from './integrity/prove.ts'
import { stoppable } from './integrity/stop.ts'
import { structureOf, structureResults } from './integrity/structure.ts'
import { migrateStep, revertStep } from './run-programs.ts'
import { migratedWorld, revertedWorld } from './world.ts'

type DatabaseDeps = {
  host: string
  steps: Pick<Steps, 'run'>
  environment: Readonly<Record<string, string | undefined>>
}

type Input = { order: HostOrder; database: DatabasePlan }

/**
 * The service's database, asked and changed from its first host. Failures: `Invalid` (never works like this),
 * `DatabaseAway` (retryable). No message holds the address or its password.
 */
export function createDatabaseActivities({ steps, environment }: DatabaseDeps) {
  const access = createDatabaseAccess(environment)

  return {
    /**
     * What is applied and what is pending, and why something must not be applied (`refusals`). Changes nothing but the
     * host's store of catalogs, which may be written again at will; needs no claim.
     */
    async reviewMigrations(
      input: Input & { releaseDirectory: string; known: readonly AppliedMigration[] | null },
    ): Promise<MigrationReview> {
      return await access.ask(input.database, (client) => reviewRelease(client, input))
    },

    /** What a release that Belay never deployed has left applied. Changes nothing but the store of catalogs, like the review. */
    async adoptSchema(input: Input & { releaseDirectory: string }): Promise<AdoptedSchema> {
      return await access.ask(input.database, (client) => adoptedSchema(client, input))
    },

    /**
     * Applies `pending`, one by one, in a detached program. Repeating it attaches to that program or collects its result;
     * the answer is read from the world either way: history, catalog, and what the host noted before and after each.
     */
    async migrate(
      input: Input & { releaseDirectory: string; pending: readonly string[]; try: number },
    ): Promise<MigrateResult> {
      await requireClaim(input.order)
      const result = await steps.run(migrateStep(input))
      return await access.askLocked(input.database, (client) => migratedWorld(client, input, result))
    },

    /**
     * Reverts `migrations` (newest first) in a detached program; with `keep`, only if nothing is lost. Repeating it
     * attaches or collects, and the answer is read from the world: `catalogRestored` means equal fingerprints.
     */
    async revertMigrations(
      input: Input & {
        migrations: readonly AppliedMigration[]
        before: string | null
        after: string | null
        onLoss: 'keep' | 'lose'
        try: number
      },
    ): Promise<RevertResult> {
      await requireClaim(input.order)
      const result = await steps.run(revertStep(input))
      return await access.askLocked(input.database, (client) => revertedWorld(client, input, result))
    },

    /**
     * Writes down on the host what the data is, before a deployment changes it. Repeating it answers with what was kept
     * first.
     */
    async keepIntegrity(input: KeepAsked): Promise<IntegrityReport> {
      await requireClaim(input.order)
      const { tell, last } = createProgress()
      const keep = (client: pg.Client, url: string) => keepIntegrity(client, input, { url, tell })
      return await access.ask(input.database, (client, url) => stoppable(client, url, () => keep(client, url)), last)
    },

    /**
     * The structure, and the service's own assertions; with `against`, all of it held against what was kept before the
     * deployment. Changes nothing, whatever they say.
     */
    async checkIntegrity({ order, database, against }: Input & { against?: Against }): Promise<IntegrityReport> {
      const { tell, last } = createProgress()
      return await access.ask(
        database,
        async (client, url) => {
          if (against) {
            const asked = { order, database, against }
            return await stoppable(client, url, () => proveIntegrity(client, asked, { url, tell }))
          }
          const structure = structureResults(structureOf(await readCatalog(client, database.migrations), null), null)
          const assertions = await askAssertions(client, database, { url, tell })
          return { level: 'fast', sequences: 0, results: [...structure, ...assertions], tables: [] }
        },
        last,
      )
    },
  }
}
