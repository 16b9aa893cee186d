import { hostname } from 'node:os'
import { join } from 'node:path'
import { ApplicationFailure, type MetricMeter } from '@temporalio/common'
import type pg from 'pg'
import type { Logger } from 'pino'
import { createAdoptActivities } from '../../activities/adopt/activities.ts'
import { createCalendarActivities } from '../../activities/calendar/activities.ts'
import { createChangesActivities } from '../../activities/changes/activities.ts'
import { createCheckActivities } from '../../activities/checks/activities.ts'
import { createDatabaseActivities } from '../../activities/database/activities.ts'
import { createRehearsalActivities } from '../../activities/database/rehearsal/activities.ts'
import { ownProgram } from '../../activities/disk/own-program.ts'
import { createEvidenceActivities } from '../../activities/evidence/activities.ts'
import { createGitActivities } from '../../activities/git/activities.ts'
import { createGit } from '../../activities/git/git.ts'
import { createHostActivities } from '../../activities/host/activities.ts'
import { createIdentityActivities } from '../../activities/identity/activities.ts'
import { createLogActivities } from '../../activities/logs/activities.ts'
import { createNoticeActivities } from '../../activities/notify/activities.ts'
import { createOnCallActivities } from '../../activities/on-call/activities.ts'
import { createProcessActivities } from '../../activities/process/activities.ts'
import { createRecordActivities } from '../../activities/record/activities.ts'
import { createFreezeActivities } from '../../activities/record/freezes.ts'
import { createLogFileActivities } from '../../activities/record/log-file.ts'
import { createReleaseActivities } from '../../activities/release/activities.ts'
import { createSteps } from '../../activities/step/steps.ts'
import { createSwitchActivities } from '../../activities/switch/activities.ts'
import { completeSwitch } from '../../activities/switch/complete.ts'
import type {
  CentralActivities,
  CheckActivities,
  HostActivities,
  IdentityActivities,
  LogActivities,
  NoticeActivities,
  RecordActivities,
} from '../../workflows/activities.ts'
import { failureTypes } from '../domain/failure.ts'
import { whoseEnvironment } from '../domain/reference.ts'
import { createHistory } from '../history/history.ts'
import { countSamples } from './metrics/count-samples.ts'
import type { ProvenNames } from './proven-names.ts'

/** What every activity's world is made of. */
export type World = {
  clock: () => Date
  environment: Readonly<Record<string, string | undefined>>
  logger: Logger
  /** Steps that outlive the worker, mirrors and checkouts are below it: a worker started again must get the same one. */
  stateDirectory: string
  /** Absent: nobody's key is known, and no environment demands one. */
  provenNames?: ProvenNames
  /** Belay's own metrics; absent: nobody measures. */
  meter?: MetricMeter
}

/** The short activities any worker can do. */
export function centralActivities(
  world: World,
  history: pg.Pool,
): CentralActivities & RecordActivities & NoticeActivities & IdentityActivities {
  const { clock, logger, stateDirectory, provenNames: names = nobody } = world
  const environment = environmentOf(null, world)
  const git = createGit({ environment })
  const steps = createSteps({ root: stateDirectory, clock, environment })
  const records = createHistory(history)
  return {
    ...createGitActivities({ git, stateDirectory, clock }),
    ...createEvidenceActivities({ steps, git, stateDirectory, environment }),
    ...createChangesActivities({ git, stateDirectory, history: records }),
    ...createCalendarActivities({ clock }),
    ...createRecordActivities({ history: records, logger, sshEnvironments: names.sshEnvironments }),
    ...createFreezeActivities({ history: records }),
    ...createOnCallActivities({ clock, environment }),
    ...createIdentityActivities({ ...names, clock, path: environment.PATH, history: records }),
    ...createNoticeActivities({ clock, environment }),
  }
}

const nobody: ProvenNames = { keys: { allowedSigners: null, revokedKeys: null }, sshEnvironments: [] }

/** What the agent of one host does there. */
export function hostActivities(host: string, world: World): HostActivities {
  const { clock } = world
  const environment = environmentOf(host, world)
  const steps = stepsOf(host, world)
  return {
    ...createHostActivities({ host, clock, steps }),
    ...processActivities(host, world),
    ...createAdoptActivities({ clock, environment, steps }),
    ...createReleaseActivities({ host, steps, clock, environment }),
    ...createSwitchActivities({ host, steps, clock, environment }),
    ...createDatabaseActivities({ host, steps, environment }),
    ...createRehearsalActivities({ steps, program: ownProgram(import.meta, './programs/rehearse'), environment }),
    ...createLogFileActivities({ host }),
    noteLogPositions: hostChecks(host, world).noteLogPositions,
  }
}

/** What the agent of a host only looks at: in slots of their own, so that no order waits for a reader. */
export function hostLooks(host: string, world: World): CheckActivities & LogActivities {
  const environment = environmentOf(host, world)
  return { ...hostChecks(host, world), ...createLogActivities({ host, root: stepsRoot(host, world), environment }) }
}

/** Checks that any worker can run, and what its evidence commands printed. */
export function centralLooks(world: World): CheckActivities & LogActivities {
  const { stateDirectory } = world
  const environment = environmentOf(null, world)
  const checks = createCheckActivities({ ...checkWorld(world), environment, host: null, inspectProcesses: noProcesses })
  return { ...checks, ...createLogActivities({ host: null, root: stateDirectory, environment }) }
}

/** Checks that live on a host. */
function hostChecks(host: string, world: World): CheckActivities {
  const { inspectProcesses } = processActivities(host, world)
  const environment = environmentOf(host, world)
  return createCheckActivities({ ...checkWorld(world), environment, host, inspectProcesses })
}

function checkWorld({ clock, meter }: World) {
  return { clock, ...(meter && { onSample: countSamples(meter) }) }
}

/** By host, because one process may be the agent of several and their steps are not each other's business. */
function stepsOf(host: string, world: World) {
  const { clock } = world
  return createSteps({ root: stepsRoot(host, world), clock, environment: environmentOf(host, world) })
}

/** What is missing in it has to be set there: on a team's machines that is the question. `host` null: of none. */
function environmentOf(host: string | null, { environment }: World): World['environment'] {
  const whose = host === null ? `the worker on ${hostname()}` : `the agent of host ${host}`
  return { ...environment, [whoseEnvironment]: whose }
}

function stepsRoot(host: string, { stateDirectory }: World): string {
  return join(stateDirectory, 'hosts', host)
}

function processActivities(host: string, world: World) {
  const { clock } = world
  const environment = environmentOf(host, world)
  return createProcessActivities({ host, clock, environment, steps: stepsOf(host, world), completeSwitch })
}

async function noProcesses(): Promise<never> {
  const message = 'a process check: expected to be asked on a host, was asked of no host'
  throw ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
