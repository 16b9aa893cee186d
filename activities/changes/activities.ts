import type { ReleaseChanges } from '../../src/domain/gate/changes.ts'
import type { ConfigurationFile, DatabasePlan, Plan, Release } from '../../src/domain/plan.ts'
import type { History } from '../../src/history/history.ts'
import { sha256Of, sha256OfData } from '../disk/sha256.ts'
import { beating } from '../git/beating.ts'
import type { Git } from '../git/git.ts'
import { type OpenRepository, openRepository } from '../git/open-repository.ts'
import { invalid } from '../git/plumbing.ts'
import { asked } from '../record/asked.ts'
import { commitsBetween } from './commits.ts'
import { configurationBetween } from './configuration.ts'
import { dependenciesBetween } from './dependencies.ts'
import { migrationFiles, migrationWarningsAt } from './migration-files.ts'
import { migrationsBetween } from './migrations.ts'
import { openTree, type Tree } from './tree.ts'

export type ChangesOrder = Pick<
  Plan,
  'service' | 'environment' | 'release' | 'repository' | 'database' | 'configuration'
> & {
  /** Empty: those Belay knows by name. */
  lockfiles: readonly string[]
  /** The digest that is known already: the same again is answered in one word. null: none is. */
  known: string | null
}

export type MigrationsOrder = Pick<Plan, 'release' | 'repository'> & { database: DatabasePlan }

export type ChangesDeps = {
  git: Git
  stateDirectory: string
  history: Pick<History, 'readVersionOfRecord'> & { readDeploymentPlan(deployment: string): Promise<BasePlan | null> }
}

type BasePlan = Pick<Plan, 'release' | 'configuration'>

/** What a release changes. Failures: `HistoryAway` (retryable), `Invalid` (a commit or repository that is not there). */
export function createChangesActivities({ git, stateDirectory, history }: ChangesDeps) {
  const treeOf = async ({ repository, release }: MigrationsOrder) => {
    const opened = await openRepository({ git, stateDirectory, repository })
    const [, tree] = await treesOf(opened, null, release.commit)
    return tree
  }

  return {
    /**
     * Compares the release with the version of record, in git. Reads only (a mirror is brought up to date where it
     * lacks a commit), so running twice answers twice. No value of a secret leaves it; at most about 80 kB.
     */
    async readReleaseChanges(order: ChangesOrder): Promise<ReleaseChanges | 'same'> {
      return beating(async () => {
        const opened = await openRepository({ git, stateDirectory, repository: order.repository })
        const record = await asked(() => history.readVersionOfRecord(order))
        const plan =
          record && record !== 'unknown' ? await asked(() => history.readDeploymentPlan(record.deployment)) : null
        const found = await changesOf(opened, order, record === null ? 'nothing' : record, plan)
        return found.digest === order.known ? 'same' : found
      })
    },

    /** Name and hash of every migration of the release, as its commit has them. Reads only. */
    async readMigrationFiles(order: MigrationsOrder) {
      return beating(async () => migrationFiles(await treeOf(order), order.database.migrations))
    },

    /** The rows that the release gives for rehearsals, by sha256 (hex) of their text; null: they are not in its commit. Reads only. */
    async readRehearsalData(order: MigrationsOrder & { file: string }): Promise<string | null> {
      return beating(async () => {
        const tree = await treeOf(order)
        const blob = await tree.find(order.file)
        const text = blob && (await tree.text(blob))
        return text === null ? null : sha256Of(text)
      })
    },

    /** What reading these migrations of the release tells of loss and locks. Reads only, and never fails on what it cannot read. */
    async readMigrationWarnings(order: MigrationsOrder & { names: readonly string[] }) {
      return beating(async () => migrationWarningsAt(await treeOf(order), order.database.migrations, order.names))
    },
  }
}

type Record = 'nothing' | 'unknown' | Release

async function changesOf(
  opened: OpenRepository,
  order: ChangesOrder,
  record: Record,
  basePlan: BasePlan | null,
): Promise<ReleaseChanges> {
  const recorded = typeof record === 'string' ? null : { version: record.version, commit: record.commit }
  const [base, release] = await treesOf(opened, recorded?.commit ?? null, order.release.commit)
  if (release.commit === null)
    throw invalid(`commit ${order.release.commit}: expected it in the repository, found none; push it first`)
  // Only the plan of this very commit says what it brought: a rollback's row may hold another.
  const inForce =
    basePlan !== null && basePlan.release.commit === recorded?.commit ? inner(basePlan.configuration) : null
  const [commits, migrations, configuration, dependencies] = await Promise.all([
    commitsBetween(opened.plumbing, base.commit, release.commit),
    migrationsBetween(order.database, base, release),
    configurationBetween({ release: inner(order.configuration), base: inForce }, base, release),
    dependenciesBetween(order.lockfiles, base, release),
  ])
  const basis = record === 'nothing' ? 'first' : base.commit === null ? 'unknown' : 'compared'
  const hashes = { migrations: migrations.hash, configuration: configuration.hash, dependencies: dependencies.hash }
  return {
    base: recorded,
    basis,
    commits,
    migrations: migrations.shown,
    configuration: configuration.shown,
    dependencies: dependencies.shown,
    totals: { migrations: migrations.total, configuration: configuration.total, dependencies: dependencies.total },
    hashes,
    digest: sha256OfData({ base: recorded, basis, hashes }),
  }
}

/** The mirror is asked first: commits do not change, and a remote may be away. */
async function treesOf(opened: OpenRepository, base: string | null, release: string): Promise<[Tree, Tree]> {
  const open = () => Promise.all([openTree(opened.plumbing, base), openTree(opened.plumbing, release)])
  const [first, second] = await open()
  if ((base === null || first.commit !== null) && second.commit !== null) return [first, second]
  await opened.refresh()
  return open()
}

/** A path that leaves the release is refused by the step that would write it; git would refuse to look. */
function inner(files: readonly ConfigurationFile[]): ConfigurationFile[] {
  return files.filter(({ source }) => source.split('/').every((part) => !['', '.', '..'].includes(part)))
}
