import type { FoundProcess, HostSurvey } from '../../src/domain/adoption.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { createGit } from '../git/git.ts'
import { withClaim } from '../host/require-claim.ts'
import { forgetAdopted, noteAdopted } from '../process/adopted.ts'
import type { Steps } from '../step/steps.ts'
import { type Surveying, survey } from './survey.ts'

type AdoptDeps = {
  clock: () => Date
  environment: EnvironmentVariables
  steps: Pick<Steps, 'runNext'>
}

/** A service that somebody else has started, looked at and noted; nothing here stops, starts or changes it. */
export function createAdoptActivities({ clock, environment, steps }: AdoptDeps) {
  const git = createGit({ environment })

  return {
    /**
     * What runs here, from where, and what stands in the way. Needs no claim and changes nothing. Throws `Invalid` when
     * there is no directory that could be adopted, `CommandFailed` when systemd or a pid command does not answer.
     */
    async surveyHost(asked: Surveying): Promise<HostSurvey> {
      return await survey(git, { order: asked.order, environment, clock, steps }, asked)
    },

    /**
     * Notes the processes that Belay's keeper will stop and start from now on. Repeated: the same notes. Throws
     * `Refused` when one of them has ended since it was found.
     */
    async noteProcesses(asked: {
      order: HostOrder
      releaseDirectory: string
      processes: readonly FoundProcess[]
    }): Promise<void> {
      await withClaim(asked.order, async () => {
        for (const found of asked.processes.filter((each) => each.by === 'keeper')) {
          await noteAdopted(asked.order, asked.releaseDirectory, found)
        }
      })
    },

    /** Takes the notes of this adoption back; the processes run on. Repeated: nothing more. */
    async forgetProcesses({ order }: { order: HostOrder }): Promise<void> {
      await withClaim(order, async () => await forgetAdopted(order))
    },
  }
}
