import type { AppliedMigration, HostOrder } from '../../src/domain/host.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { ownProgram } from '../disk/own-program.ts'
import type { Step } from '../step/step.ts'
import type { MigrateOrder, RevertOrder } from './orders.ts'

type Input = { order: HostOrder; database: DatabasePlan; try: number }

export type MigrateInput = Input & { releaseDirectory: string; pending: readonly string[] }

export type RevertInput = Input & {
  migrations: readonly AppliedMigration[]
  before: string | null
  after: string | null
  onLoss: RevertOrder['onLoss']
}

export function migrateStep(input: MigrateInput): Step {
  const { releaseDirectory, pending } = input
  return stepOf('migrate', input, {
    ...commonOf(input),
    releaseDirectory,
    pending: [...pending],
  } satisfies MigrateOrder)
}

export function revertStep(input: RevertInput): Step {
  const { migrations, before, after, onLoss } = input
  return stepOf('revert', input, {
    ...commonOf(input),
    migrations: [...migrations],
    before,
    after,
    onLoss,
  } satisfies RevertOrder)
}

function stepOf(program: 'migrate' | 'revert', { order, database, try: attempt }: Input, told: object): Step {
  return {
    deployment: order.deployment,
    name: program,
    try: attempt,
    commands: [[process.execPath, '--disable-warning=ExperimentalWarning', programs[program]]],
    cwd: order.directory,
    // The address stays a reference until the program starts.
    env: { BELAY_ORDER: JSON.stringify(told), BELAY_TARGET_URL: database.url },
    timeoutMs: database.migrations.timeoutMs + lastWordMs,
    silenceMs: null,
    rerunSafe: true,
  }
}

const programs = {
  migrate: ownProgram(import.meta, './programs/migrate'),
  revert: ownProgram(import.meta, './programs/revert'),
}

function commonOf({ order, database }: Input): Pick<MigrateOrder, 'deployment' | 'directory' | 'settings'> {
  return { deployment: order.deployment, directory: order.directory, settings: toldSettings(database.migrations) }
}

/** The plan's, as a program is told them. */
export function toldSettings({ additive, ...settings }: DatabasePlan['migrations']): MigrateOrder['settings'] {
  return { ...settings, additive: typeof additive === 'string' ? additive : [...additive] }
}

/** The server ends a statement at the limit; the program then still has to look at what is there, and say so. */
export const lastWordMs = 45_000
