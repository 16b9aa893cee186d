import { join } from 'node:path'
import type pg from 'pg'
import type { Logger } from 'pino'
import { createCheckActivities } from '../../activities/checks/activities.ts'
import { createDatabaseActivities } from '../../activities/database/activities.ts'
import { createEvidenceActivities } from '../../activities/evidence/activities.ts'
import { createGitActivities } from '../../activities/git/activities.ts'
import { createGit } from '../../activities/git/git.ts'
import { createHostActivities } from '../../activities/host/activities.ts'
import { createProcessActivities } from '../../activities/process/activities.ts'
import { createRecordActivities } from '../../activities/record/activities.ts'
import { createLogFileActivities } from '../../activities/record/log-file.ts'
import { createReleaseActivities } from '../../activities/release/activities.ts'
import { createSteps } from '../../activities/step/steps.ts'
import { createSwitchActivities } from '../../activities/switch/activities.ts'
import type { CentralActivities, CheckActivities, HostActivities, RecordActivities } from '../../workflows/proxies.ts'
import { createHistory } from '../history/history.ts'

/** What every activity's world is made of. */
export type World = {
  clock: () => Date
  environment: Readonly<Record<string, string | undefined>>
  /** Steps that outlive the worker, mirrors and checkouts are below it: a worker started again must get the same one. */
  stateDirectory: string
}

/** The short activities any worker can do. */
export function centralActivities(world: World, history: pg.Pool, logger: Logger): CentralActivities & RecordActivities {
  const { clock, environment, stateDirectory } = world
  const git = createGit({ environment })
  const steps = createSteps({ root: stateDirectory, clock, environment })
  return {
    ...createGitActivities({ git, stateDirectory, clock }),
    ...createEvidenceActivities({ steps, git, stateDirectory }),
    ...createRecordActivities({ history: createHistory(history), logger }),
  }
}

/** What the agent of one host does there. */
export function hostActivities(host: string, world: World): HostActivities {
  const { clock, environment } = world
  const steps = createSteps({ root: join(world.stateDirectory, 'hosts', host), clock, environment })
  return {
    ...createHostActivities({ host, clock, steps }),
    ...createProcessActivities({ host, clock, environment }),
    ...createReleaseActivities({ host, steps, clock, environment }),
    ...createSwitchActivities({ host, steps, clock }),
    ...createDatabaseActivities({ host, steps, environment }),
    ...createLogFileActivities({ host }),
    noteLogPositions: checkActivities(host, world).noteLogPositions,
  }
}

/** Watching; `host` null: what needs no host. */
export function checkActivities(host: string | null, { clock, environment }: World): CheckActivities {
  return createCheckActivities({ host, clock, environment })
}
