import { execFile } from 'node:child_process'
import { symlink } from 'node:fs/promises'
import { delimiter, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { onTestFinished } from 'vitest'
import { freePort, portOr } from '../../src/dev/free-port.ts'
import { type Program, startProgram } from '../../src/dev/program.ts'
import { startDistributionPostgres } from '../support/distribution-postgres.ts'
import { type RealTemporalPrograms, realTemporalPrograms } from '../support/real-temporal-programs.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { composeServices, environmentOf, repositoryFile } from './stack-files.ts'

const run = promisify(execFile)

/** What somebody would write into `.env`. */
const values = {
  POSTGRES_ADMIN_PASSWORD: 'of-the-administrator',
  TEMPORAL_DB_PASSWORD: 'of-temporal',
  BELAY_DB_PASSWORD: 'of-belay',
  TEMPORAL_NAMESPACE: 'team',
}

export type RealStack = {
  address: string
  namespace: string
  historyUrl: string
  programs: RealTemporalPrograms
  /** Where the server answers Prometheus. */
  metricsUrl: string
  /** As user and with the password, to a database of the stack's Postgres. */
  databaseUrl(user: 'temporal' | 'belay', database: string): string
  server(): Program
  /** SIGKILL, at once. */
  killServer(): Promise<void>
  startServer(): Promise<void>
}

/**
 * What docker-compose.yml starts, in its order and with its own scripts, settings and mounted files, but as programs of
 * this machine: PostgreSQL of the distribution and Temporal's server. Only addresses and ports are others.
 */
export async function startRealStack(): Promise<RealStack> {
  const directory = await temporaryDirectory()
  const programs = await realTemporalPrograms()
  const postgres = await startDistributionPostgres(values.POSTGRES_ADMIN_PASSWORD)
  await symlink(programs.sql, join(directory, 'temporal-sql-tool'))
  const path = [directory, dirname(programs.temporal), postgres.bin, process.env.PATH].join(delimiter)
  const here = { SQL_HOST: '127.0.0.1', SQL_PORT: String(postgres.port) }
  await script('deploy/postgres/create-databases.sh', {
    ...environmentOf('postgres', values),
    ...{ PATH: path, PGHOST: '127.0.0.1', PGPORT: String(postgres.port), PGUSER: 'postgres' },
    PGPASSWORD: values.POSTGRES_ADMIN_PASSWORD,
  })
  const schema = { ...environmentOf('temporal-schema', values), ...here, PATH: path }
  // Twice: an upgrade runs it again.
  for (const _ of [1, 2]) await script('deploy/temporal/setup-schema.sh', schema)
  const frontend = await lowPort()
  const metricsPort = await freePort()
  const environment = { ...(await serverEnvironment(postgres.port, frontend, metricsPort)), PATH: path }
  const address = `127.0.0.1:${frontend}`
  const start = () => startServer(directory, programs, environment, address)
  let server = await start()
  onTestFinished(() => server.stop())
  const namespace = {
    ...environmentOf('temporal-namespace', values),
    TEMPORAL_ADDRESS: address,
    PATH: path,
    HOME: directory,
  }
  for (const _ of [1, 2]) await script('deploy/temporal/create-namespace.sh', namespace)
  const databaseUrl = (user: 'temporal' | 'belay', database: string) => {
    const password = user === 'belay' ? values.BELAY_DB_PASSWORD : values.TEMPORAL_DB_PASSWORD
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${postgres.port}/${database}`
  }
  return {
    address,
    namespace: values.TEMPORAL_NAMESPACE,
    historyUrl: databaseUrl('belay', 'belay'),
    programs,
    metricsUrl: `http://127.0.0.1:${metricsPort}/metrics`,
    databaseUrl,
    server: () => server,
    async killServer() {
      process.kill(server.pid, 'SIGKILL')
      await server.ended
    },
    async startServer() {
      server = await start()
    },
  }
}

async function script(path: string, environment: Readonly<Record<string, string>>): Promise<void> {
  await run('/bin/sh', [repositoryFile(path)], { env: { ...environment }, timeout: 180_000 })
}

/** Compose's, with this machine's addresses; the dynamic configuration is the mounted file itself. */
async function serverEnvironment(postgresPort: number, frontend: number, metricsPort: number) {
  const given = environmentOf('temporal', values)
  const services = ['HISTORY', 'MATCHING', 'WORKER'].map((name) => `${name}_GRPC_PORT`)
  const membership = ['FRONTEND', 'HISTORY', 'MATCHING', 'WORKER'].map((name) => `${name}_MEMBERSHIP_PORT`)
  const ports: Record<string, string> = {}
  for (const name of [...services, ...membership, 'FRONTEND_HTTP_PORT']) ports[name] = String(await lowPort())
  return {
    ...given,
    ...ports,
    FRONTEND_GRPC_PORT: String(frontend),
    POSTGRES_SEEDS: '127.0.0.1',
    // The template reads one for the state and the other for what can be searched.
    DB_PORT: String(postgresPort),
    VISIBILITY_DB_PORT: String(postgresPort),
    BIND_ON_IP: '127.0.0.1',
    TEMPORAL_BROADCAST_ADDRESS: '127.0.0.1',
    PROMETHEUS_ENDPOINT: `127.0.0.1:${metricsPort}`,
    DYNAMIC_CONFIG_FILE_PATH: mountedAt(given.DYNAMIC_CONFIG_FILE_PATH),
  }
}

/** Temporal keeps ports of its services in a signed column of two bytes. */
async function lowPort(): Promise<number> {
  for (;;) {
    const wanted = 20_000 + Math.floor(Math.random() * 12_000)
    if ((await portOr(wanted)) === wanted) return wanted
  }
}

/** The file of the repository that compose mounts at a path of the service `temporal`. */
function mountedAt(target: string | undefined): string {
  const volumes = composeServices().temporal?.volumes ?? []
  const source = volumes.map((volume) => volume.split(':')).find(([, place]) => place === target)?.[0]
  if (source === undefined) throw new Error(`expected a file mounted at ${target}, got none`)
  return repositoryFile(source)
}

function startServer(
  directory: string,
  { server, configDirectory, temporal }: RealTemporalPrograms,
  environment: Readonly<Record<string, string>>,
  address: string,
): Promise<Program> {
  const place = ['--root', dirname(configDirectory), '--config', 'config', '--env', 'docker', '--allow-no-auth']
  return startProgram({
    name: 'temporal server',
    command: [server, ...place, 'start'],
    stopSignal: 'SIGTERM',
    graceMs: 20_000,
    logFile: join(directory, 'temporal-server.log'),
    cwd: directory,
    environment: { ...environment },
    readyWithinMs: 60_000,
    ready: async () =>
      (await run(temporal, ['operator', 'cluster', 'health', '--address', address])).stdout.includes('SERVING'),
  })
}
