import type { AdoptedSchema } from '../../src/domain/adoption.ts'
import type { AppliedMigration, HostOrder } from '../../src/domain/host.ts'
import type { MigrateResult, MigrationReview, RevertResult } from '../../src/domain/migration/migration.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { requireClaim } from '../host/require-claim.ts'
import type { Steps } from '../step/steps.ts'
import { createDatabaseAccess } from './access.ts'
import { adoptedSchema } from './apply/adopted.ts'
import { reviewRelease } from './apply/review.ts'
import { createIntegrityActivities } from './integrity/activities.ts'
import { createRestoredActivities } from './restored/activities.ts'
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
     * What is applied, by whom, and what is pending, and why something must not be applied (`refusals`). With `way`
     * back, only who applied what: the release's files are not read. Changes nothing but the host's store of catalogs,
     * which may be written again at will; needs no claim.
     */
    async reviewMigrations(
      input: Input & { releaseDirectory: string; known: readonly AppliedMigration[] | null; way?: 'back' },
    ): Promise<MigrationReview> {
      return await access.ask(input.database, (target) => reviewRelease(target, input))
    },

    /** What a release that Belay never deployed has left applied. Changes nothing but the store of catalogs, like the review. */
    async adoptSchema(input: Input & { releaseDirectory: string }): Promise<AdoptedSchema> {
      return await access.ask(input.database, (target) => adoptedSchema(target, input))
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
      return await access.askLocked(input.database, (target) => migratedWorld(target, input, result))
    },

    /**
     * Reverts `migrations` (newest first) in a detached program; with `keep`, only if nothing is lost; `count` only says
     * what would be. Repeating it
     * attaches or collects, and the answer is read from the world: `catalogRestored` means equal fingerprints.
     */
    async revertMigrations(
      input: Input & {
        migrations: readonly AppliedMigration[]
        before: string | null
        after: string | null
        onLoss: 'keep' | 'lose' | 'count'
        try: number
      },
    ): Promise<RevertResult> {
      await requireClaim(input.order)
      const result = await steps.run(revertStep(input))
      return await access.askLocked(input.database, (target) => revertedWorld(target, input, result))
    },

    ...createIntegrityActivities(access),
    ...createRestoredActivities(access),
  }
}
