import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { onTestFinished } from 'vitest'
import { type Belay, connect, type Run } from '../../src/client/client.ts'
import { newDeploymentId } from '../../src/client/prepare.ts'
import { loadConfiguration } from '../../src/config/load.ts'
import { describeProblem } from '../../src/config/problem.ts'
import { toPlan } from '../../src/config/to-plan.ts'
import { type Program, startProgram } from '../../src/dev/program.ts'
import type { Message } from '../../src/domain/message.ts'
import type { EvidenceClaim, Plan } from '../../src/domain/plan.ts'
import type { RunStatus } from '../../src/domain/status.ts'
import { createHistory, type History } from '../../src/history/history.ts'
import { createHistoryPool } from '../../src/history/pool.ts'
import { eventually } from '../support/eventually.ts'
import { ownPort } from '../support/own-port.ts'
import { createDatabase } from '../support/postgres.ts'
import { openNamespace, workflowBundle } from '../support/temporal.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type FixtureRelease, makeRepository } from './repository.ts'
import { type FixtureSettings, settingsFor } from './settings.ts'

/** A real environment for one scenario: server, databases, git repository, worker process, service. All of it is ended. */
export type World = {
  /** Everything of this world is below it. */
  root: string
  environment: NodeJS.ProcessEnv
  directory: string
  repository: string
  /** What the service is told by files, and where it counts its builds. */
  control: string
  /** What the worker prints, all of its lives in one file. */
  workerLog: string
  commits: ReadonlyMap<string, string>
  belay: Belay
  history: History
  historyUrl: string
  serviceUrl: string
  /** The plan the client would make of this environment's configuration. */
  plan(version: string, change?: (settings: FixtureSettings) => void, claims?: readonly EvidenceClaim[]): Plan
  deploy(version: string, change?: (settings: FixtureSettings) => void): Promise<Run>
  /** Deploys and signs everything; expects success. */
  live(version: string, change?: (settings: FixtureSettings) => void): Promise<void>
  rollback(options?: { to?: string; only?: 'all' | 'database' | 'configuration' }): Promise<Run>
  signAll(run: Run, deployment: string): Promise<void>
  tell(run: Run, message: Message): Promise<string>
  /** Makes a version of the service misbehave: `ill` (503), `errors` (metric), `hold-build`, `break-build`. */
  say(what: 'ill' | 'errors' | 'hold-build' | 'break-build', version: string): Promise<void>
  unsay(what: string, version: string): Promise<void>
  startWorker(): Promise<Program>
  worker: Program
  /** SIGKILL, at once. */
  killWorker(): Promise<void>
  look(): Promise<Look>
  sql(text: string): Promise<Record<string, unknown>[]>
  tree(): Promise<string>
}

/** What the world shows, re-read. */
export type Look = {
  serving: string | null
  configHash: string | null
  marker: { version: string; commit: string; deployed_by: string } | null
  current: string | null
  config: Record<string, unknown> | null
  migrations: string[]
  builds: string[]
}

export async function openWorld(options: {
  releases: readonly FixtureRelease[]
  change?: (settings: FixtureSettings) => void
  historyUrl?: string
  /** A server of the scenario's own, to be taken away. */
  temporal?: { address: string; namespace: string }
  /** Added to what the worker finds in its environment. */
  environment?: (made: { serviceUrl: string }) => Readonly<Record<string, string>>
  /** Another program than the worker that ships. */
  worker?: URL
}): Promise<World> {
  const root = await temporaryDirectory()
  const [directory, repository, control] = [join(root, 'app'), join(root, 'repository'), join(root, 'control')]
  await Promise.all([mkdir(directory), mkdir(control), mkdir(join(root, 'worker'))])
  const port = await ownPort()
  const commits = await makeRepository(repository, { port, control, releases: options.releases })
  const [service, records] = [await createDatabase(), await createDatabase()]
  const historyUrl = options.historyUrl ?? records.url
  const namespace = options.temporal ? null : await openNamespace()
  const { address, namespace: name } = options.temporal ?? { address: '', namespace: '' }
  const environment = {
    ...process.env,
    ...(namespace?.environment ?? { TEMPORAL_ADDRESS: address, TEMPORAL_NAMESPACE: name }),
    FIXTURE_DATABASE_URL: service.url,
    BELAY_DATABASE_URL: historyUrl,
    BELAY_HOSTS: 'local',
    BELAY_STATE_DIRECTORY: join(root, 'worker'),
    BELAY_WORKFLOW_BUNDLE: await workflowBundle(),
    BELAY_LOG_LEVEL: 'warn',
    ...options.environment?.({ serviceUrl: service.url }),
  }
  const workerLog = join(root, 'worker.log')
  const startWorker = () =>
    startProgram({
      name: 'worker',
      command: [
        process.execPath,
        fileURLToPath(options.worker ?? new URL('../../src/worker/main.ts', import.meta.url)),
      ],
      stopSignal: 'SIGKILL',
      graceMs: 1_000,
      logFile: workerLog,
      cwd: root,
      environment,
      readyWithinMs: 60_000,
      ready: (output) => output.includes('belay worker ready'),
    })
  const world = { worker: await startWorker() }
  const belay = await connect(environment)
  const pool = createHistoryPool({ url: historyUrl, onIdleError: () => undefined })
  onTestFinished(async () => {
    await terminateAll(belay)
    await world.worker.stop()
    await endProcessesIn(root)
    await belay.close()
    await namespace?.close()
    await pool.end()
    await Promise.all([service.drop(), records.drop()])
  })
  const place = { directory, repository, port, logDirectory: root }
  const plan = (version: string, change?: (settings: FixtureSettings) => void, claims: readonly EvidenceClaim[] = []) =>
    planOf(place, { version, commit: commits.get(version) ?? '0'.repeat(40) }, [options.change, change], claims)
  const deploy = async (version: string, change?: (settings: FixtureSettings) => void) =>
    await belay.deploy(plan(version, change))
  const history = createHistory(pool)
  const opened: World = {
    ...world,
    root,
    environment,
    directory,
    repository,
    control,
    workerLog,
    commits,
    belay,
    history,
    historyUrl,
    serviceUrl: service.url,
    plan,
    deploy,
    async live(version, change) {
      const made = plan(version, change)
      const run = await belay.deploy(made)
      await opened.signAll(run, made.deployment)
      const end = await run.end()
      if (end.outcome !== 'SUCCESS')
        throw new Error(`${version}: expected SUCCESS, got ${end.sentence}\n${end.undone.join('\n')}`)
    },
    rollback: async ({ to, only } = {}) => {
      const made = { ...plan('unknown'), deployment: newDeploymentId('rollback') }
      return await belay.rollback({
        plan: made,
        to: to ?? null,
        only: only ?? 'all',
        by: 'ann@example.com',
        reason: 'scenario',
      })
    },
    async signAll(run, deployment) {
      const by = 'operator@example.com'
      for (const section of ['pre.', 'live']) {
        const status = await phaseOf(
          run,
          (now) =>
            (section === 'pre.' ? canBeSigned(now) || now.liveSince !== null : now.liveSince !== null) ||
            now.outcome !== null,
        )
        for (const item of open(status, section === 'pre.')) await run.tell({ name: 'signOff', deployment, item, by })
      }
    },
    tell: async (run, message) => (await run.tell(message)).recorded,
    say: (what, version) => writeFile(join(control, `${what}-${version}`), ''),
    unsay: (what, version) => rm(join(control, `${what}-${version}`), { force: true }),
    startWorker: async () => {
      world.worker = await startWorker()
      opened.worker = world.worker
      return world.worker
    },
    async killWorker() {
      process.kill(opened.worker.pid, 'SIGKILL')
      await opened.worker.ended
    },
    look: () => look(directory, port, control, service.url),
    sql: (text) => query(service.url, text),
    tree: () => treeHash(directory),
  }
  return opened
}

/** Waits until a run's own status satisfies the question; fails with the status it stayed in. */
export async function phaseOf(run: Run, is: (status: RunStatus) => boolean, withinMs = 60_000): Promise<RunStatus> {
  let last: RunStatus | null = null
  try {
    return await eventually(
      'status',
      async () => {
        last = await run.status().catch(() => last)
        return last !== null && is(last) ? last : null
      },
      withinMs,
      betweenQueriesMs,
    )
  } catch {
    throw new Error(`expected another status within ${withinMs} ms, got ${inShort(last)}`)
  }
}

/** A query is work for server and worker, which have a deployment to make; no phase that somebody waits for is shorter. */
const betweenQueriesMs = 100

function inShort(status: RunStatus | null): string {
  if (status === null) return 'none'
  const lines = status.events.map((event) => `${event.at} ${event.kind} ${event.text}`)
  return [status.phase, status.outcome, status.why, JSON.stringify(status.waitingFor), ...lines].join('\n')
}

/** A signature binds to what the release changes: there is none before that was read. */
function canBeSigned(status: RunStatus): boolean {
  return open(status, true).length > 0 && status.changes !== null
}

function open(status: RunStatus, pre: boolean): string[] {
  return status.items
    .filter((item) => item.how === 'sign_off' && item.state === 'open' && item.item.startsWith('pre.') === pre)
    .map((item) => item.item)
}

function planOf(
  place: Parameters<typeof settingsFor>[0],
  release: Plan['release'],
  changes: readonly (((settings: FixtureSettings) => void) | undefined)[],
  claims: readonly EvidenceClaim[],
): Plan {
  const settings = settingsFor(place)
  for (const change of changes) change?.(settings)
  const loaded = loadConfiguration(JSON.stringify(settings), 'belay.yaml')
  if (!loaded.ok) throw new Error(loaded.problems.map(describeProblem).join('\n'))
  const made = toPlan({
    configuration: loaded.configuration,
    environment: 'production',
    deployment: newDeploymentId(release.version),
    release,
    performer: 'ci@example.com',
    claims,
    ignored: [],
    baseDirectory: place.repository,
  })
  if (!made.ok) throw new Error(made.problems.map(describeProblem).join('\n'))
  return made.plan
}

async function look(directory: string, port: number, control: string, url: string): Promise<Look> {
  const health = await fetch(`http://127.0.0.1:${port}/health`)
    .then((response) => response.json())
    .catch(() => null)
  const read = (path: string) => readFile(path, 'utf8').catch(() => null)
  const marker = await read(join(directory, '.deployment_marker'))
  const config = await read(join(directory, 'config.json'))
  const current = await readlink(join(directory, 'current')).catch(() => null)
  const rows = await query(url, 'select * from schema_migrations order by 1').catch(() => [])
  const builds = (await read(join(control, 'builds'))) ?? ''
  return {
    serving: isHealth(health) ? health.version : null,
    configHash: isHealth(health) ? health.config_hash : null,
    marker: parsed(marker),
    current: current === null ? null : (current.split('/').at(-1) ?? null),
    config: config === null ? null : JSON.parse(config),
    migrations: rows.map((row) => String(Object.values(row).find((value) => typeof value === 'string'))),
    builds: builds.split('\n').filter((line) => line !== ''),
  }
}

/** A scenario may have put something else in the marker's place. */
function parsed(text: string | null) {
  try {
    return text === null ? null : JSON.parse(text)
  } catch {
    return null
  }
}

function isHealth(value: unknown): value is { version: string; config_hash: string } {
  return typeof value === 'object' && value !== null && 'version' in value && 'config_hash' in value
}

async function query(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

/** One hash over every file of the service's directory but Belay's own state. */
async function treeHash(directory: string): Promise<string> {
  const hash = createHash('sha256')
  const names = await readdir(directory, { recursive: true, withFileTypes: true })
  for (const entry of names.toSorted((a, b) => join(a.parentPath, a.name).localeCompare(join(b.parentPath, b.name)))) {
    const path = join(entry.parentPath, entry.name)
    if (path.includes('/.belay') || path.includes('/log')) continue
    hash.update(path)
    if (entry.isFile()) hash.update(await readFile(path))
    if (entry.isSymbolicLink()) hash.update(await readlink(path))
  }
  return hash.digest('hex')
}

async function terminateAll(belay: Belay): Promise<void> {
  for await (const run of belay.temporal.workflow.list({ query: "ExecutionStatus='Running'" })) {
    await belay.temporal.workflow
      .getHandle(run.workflowId)
      .terminate('the scenario is over')
      .catch(() => undefined)
  }
}

/** The service and its steps outlive the worker by design: found by their working directory or open files. */
export async function endProcessesIn(root: string): Promise<void> {
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue
    const cwd = await readlink(`/proc/${entry}/cwd`).catch(() => '')
    const command = existsSync(`/proc/${entry}/cmdline`)
      ? await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')
      : ''
    const own = cwd.startsWith(root) || command.includes(root)
    if (!own || Number(entry) === process.pid) continue
    try {
      process.kill(Number(entry), 'SIGKILL')
    } catch {
      // It ended meanwhile.
    }
  }
}
