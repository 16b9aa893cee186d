import type { Freeze, Freezes } from '../../src/domain/gate/freeze.ts'
import type { NewFreeze, Thaw } from '../../src/history/freezes.ts'
import type { History } from '../../src/history/history.ts'
import { asked } from './asked.ts'

/** `of`: the environment whose freezes are answered, where what is written is of all. */
export function createFreezeActivities({ history }: { history: History }) {
  return {
    /** Twice (same `by` and `at`): one freeze, and none again where somebody ended it meanwhile. */
    async freezeEnvironment({ of, ...freeze }: NewFreeze & { of: string }): Promise<Freezes> {
      return asked(async () => {
        await history.freeze(freeze)
        return await history.readFreezes({ service: freeze.service, environment: of })
      })
    },

    /** Twice (same `by` and `at`): the same answer, and a freeze that began in between stays. */
    async unfreezeEnvironment({ of, ...thaw }: Thaw & { of: string }): Promise<{ ended: Freeze[]; left: Freezes }> {
      return asked(async () => {
        const ended = await history.unfreeze(thaw)
        return { ended, left: await history.readFreezes({ service: thaw.service, environment: of }) }
      })
    },
  }
}
