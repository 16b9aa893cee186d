import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../../src/domain/failure.ts'
import type { HostOrder } from '../../../src/domain/host.ts'
import type { Accepted, RestoredSurvey } from '../../../src/domain/migration/restored.ts'
import type { DatabasePlan } from '../../../src/domain/plan.ts'
import { exclusively } from '../../disk/exclusive.ts'
import { readLocks } from '../../host/claim.ts'
import { hostPaths } from '../../host/paths.ts'
import { hostHeld, readClaim } from '../../host/require-claim.ts'
import type { createDatabaseAccess } from '../access.ts'
import { acceptWithout, wrongWith } from './accept.ts'
import { readRestored } from './survey.ts'

type Asked = { order: HostOrder; database: DatabasePlan }

/** A database that somebody restored from an older backup: looked at, and accepted by name. */
export function createRestoredActivities(access: Pick<ReturnType<typeof createDatabaseAccess>, 'ask' | 'askLocked'>) {
  return {
    /** Reads only; needs no claim. */
    async surveyRestored({ order, database }: Asked): Promise<RestoredSurvey> {
      return await access.ask(database, async (target) => (await readRestored(target, { order, database })).survey)
    },

    /**
     * From now on these migrations are not applied: in the host's notes, with who said so, and in its version of record.
     * The database is only read. While no migration runs and nobody can claim the host; throws `HostHeld` where somebody
     * has, or it is locked, `Refused` where `vanished` is not what is missing now. Repeating it writes the same again.
     */
    async acceptRestored(asked: Asked & { vanished: readonly string[]; accepted: Accepted }): Promise<void> {
      const { order, database, vanished, accepted } = asked
      await access.askLocked(database, (target) =>
        exclusively(hostPaths(order.directory).guard, async () => {
          const claim = await readClaim(order.directory)
          // A lock of Belay's own is on its hosts before the history has it.
          const { lock } = await readLocks(order.directory, new Date(accepted.at))
          if (claim || lock) throw hostHeld(order, { claim, lock })
          const found = await readRestored(target, { order, database })
          const wrong = await wrongWith(order.directory, found, { vanished, accepted })
          if (wrong !== null) throw refused(wrong)
          await acceptWithout(order.directory, found, { vanished, accepted })
        }),
      )
    },
  }
}

function refused(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.refused, nonRetryable: true, message })
}
