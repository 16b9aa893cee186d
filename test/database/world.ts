import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import pg from 'pg'
import { createDatabaseActivities } from '../../activities/database/activities.ts'
import { hostPaths } from '../../activities/host/paths.ts'
import { createSteps } from '../../activities/step/steps.ts'
import type { AppliedMigration, HostOrder } from '../../src/domain/host.ts'
import type { DatabasePlan } from '../../src/domain/plan.ts'
import { createDatabase } from '../support/postgres.ts'

const foreignTool = resolve('test/fixtures/migrations/commands/migrate.js')
const foreignCommands = {
  applied: ['./migrate.js', 'applied'],
  pending: ['./migrate.js', 'pending'],
  apply: ['./migrate.js', 'up', '{name}'],
  revert: ['./migrate.js', 'down', '{name}'],
}

export type DatabaseWorld = Awaited<ReturnType<typeof createWorld>>

/** A real database, a host directory with a claim, and the activities on them. */
export async function createWorld(tool: DatabasePlan['migrations']['tool'] = 'sql') {
  const { url, drop } = await createDatabase()
  const directory = await mkdtemp(join(tmpdir(), 'belay-database-'))
  const environment = { ...process.env, SERVICE_DATABASE: url }
  const clock = () => new Date()
  const steps = createSteps({ root: hostPaths(directory).state, clock, environment })
  const activities = createDatabaseActivities({ host: 'local', steps, environment })
  const table = tool === 'node-pg-migrate' ? 'pgmigrations' : 'schema_migrations'
  const database: DatabasePlan = {
    url: '${env:SERVICE_DATABASE}',
    migrations: {
      tool,
      ...(tool === 'commands' && { commands: foreignCommands }),
      directory: 'migrations',
      table,
      schema: 'public',
      additive: 'all',
      timeoutMs: 60_000,
      lockTimeoutMs: 1_000,
    },
    integrity: [],
    onRollback: 'revert_if_lossless',
  }

  const world = {
    url,
    directory,
    database,
    activities,
    steps,
    environment,
    order: await claimed(directory, 'd1'),
    /** The orders of another deployment from now on. */
    async deployment(id: string) {
      world.order = await claimed(directory, id)
    },
    async release(version: string, files: Readonly<Record<string, string>>): Promise<string> {
      const release = join(directory, 'releases', version)
      await mkdir(join(release, 'migrations'), { recursive: true })
      for (const [name, text] of Object.entries(files)) {
        const file = join(release, 'migrations', name)
        await mkdir(dirname(file), { recursive: true })
        await writeFile(file, text)
      }
      if (tool === 'commands') await copyFile(foreignTool, join(release, 'migrate.js'))
      if (tool !== 'sql') await symlink(resolve('node_modules'), join(release, 'node_modules'))
      return release
    },
    async query<Row extends pg.QueryResultRow>(sql: string): Promise<Row[]> {
      return (await withClient(url, (client) => client.query<Row>(sql))).rows
    },
    /** What a deployment of this release would be told; with `way` back, what a rollback by hand is told. */
    async review(
      releaseDirectory: string,
      { known = null, way }: { known?: AppliedMigration[] | null; way?: 'back' } = {},
    ) {
      const asked = { order: world.order, database, releaseDirectory, known }
      return await activities.reviewMigrations(way ? { ...asked, way } : asked)
    },
    /** Reviews and applies what is pending in this release. */
    async deploy(releaseDirectory: string, attempt = 1) {
      const { order } = world
      const review = await activities.reviewMigrations({ order, database, releaseDirectory, known: null })
      const result = await activities.migrate({
        order,
        database,
        releaseDirectory,
        pending: review.pending,
        try: attempt,
      })
      const { snapshot = '' } = result
      const migrations = result.applied.map((name) => ({ name, releaseDirectory, snapshot })).toReversed()
      return { review, result, migrations, before: result.catalogBefore, after: result.catalogAfter }
    },
    async revert(
      deployed: {
        migrations: { name: string; releaseDirectory: string | null; snapshot?: string }[]
        before: string | null
        after: string | null
      },
      { onLoss = 'keep', attempt = 1 }: { onLoss?: 'keep' | 'lose' | 'count'; attempt?: number } = {},
    ) {
      const { migrations, before, after } = deployed
      const { order } = world
      return await activities.revertMigrations({ order, database, migrations, before, after, onLoss, try: attempt })
    },
    async stop() {
      await drop()
      await rm(directory, { recursive: true, force: true })
    },
  }
  return world
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

async function claimed(directory: string, deployment: string): Promise<HostOrder> {
  const claim = { deployment, runId: 'run', fence: 1, phase: 'release', since: new Date().toISOString() }
  const file = hostPaths(directory).claim
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  await writeFile(file, JSON.stringify(claim))
  const { runId, fence } = claim
  return { protocol: 1, service: 'shop', environment: 'test', host: 'local', deployment, runId, fence, directory }
}
