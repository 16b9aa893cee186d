import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { access, chown, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { sha256Of } from '../../activities/disk/sha256.ts'
import { freePort, portOr } from './free-port.ts'
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.ts'
import { type Identity, isReachableByOthers, postgresIdentity, rootStateDirectory } from './postgres-user.ts'
import { type Program, startProgram } from './program.ts'

export type EmbeddedPostgres = {
  /** With password; never print it. */
  url: string
  port: number
  /** Where the data is; not below `directory` when only root can search that. */
  dataDirectory: string
  /** Of the postmaster. */
  pid: number
  stop(): Promise<void>
}

/**
 * A real Postgres from an npm package, on the loopback interface, with its data below `directory`; kept when it stops.
 * `durable: false` (for tests) survives no power cut and is much faster.
 */
export async function embeddedPostgres(options: {
  directory: string
  /** Taken when it is free; absent: any free port. */
  port?: number
  /** Made when it is missing. */
  database?: string
  durable?: boolean
  environment: NodeJS.ProcessEnv
}): Promise<EmbeddedPostgres> {
  await mkdir(options.directory, { recursive: true })
  const identity = await postgresIdentity()
  const binaries = await postgresBinaries(identity !== null)
  const dataDirectory = await dataHome(options.directory, identity)
  const password = await keptPassword(join(options.directory, 'postgres-password'))
  await initialise({ binaries, dataDirectory, password, identity })
  await endPredecessor(binaries, dataDirectory, identity)
  const port = options.port === undefined ? await freePort() : await portOr(options.port)
  const url = (database: string) => `postgres://postgres:${password}@127.0.0.1:${port}/${database}`
  const program = await startServer({ ...options, binaries, dataDirectory, identity, port, url: url('postgres') })
  const database = options.database ?? 'postgres'
  await ensureDatabase(url('postgres'), database)
  return { url: url(database), port, dataDirectory, pid: program.pid, stop: program.stop }
}

const execFileAsync = promisify(execFile)

type Cluster = { binaries: PostgresBinaries; dataDirectory: string; identity: Identity | null }

/** Where its data is, or would be; not below `directory` when only root can search that. */
export async function dataOf(directory: string): Promise<string> {
  return await dataHome(directory, await postgresIdentity())
}

async function dataHome(directory: string, identity: Identity | null): Promise<string> {
  if (identity === null || (await isReachableByOthers(directory))) return join(directory, 'postgres')
  const name = sha256Of(directory).slice(0, 12)
  await mkdir(rootStateDirectory, { recursive: true, mode: 0o755 })
  return join(rootStateDirectory, `data-${name}`)
}

/** Made once: other users of the machine reach the loopback interface too. */
async function keptPassword(file: string): Promise<string> {
  const made = randomBytes(18).toString('base64url')
  await writeFile(file, made, { flag: 'wx', mode: 0o600 }).catch(() => undefined)
  return (await readFile(file, 'utf8')).trim()
}

/** Into a directory beside the final one, renamed when whole: a first start that was killed leaves nothing half made. */
async function initialise({
  binaries,
  dataDirectory,
  password,
  identity,
}: Cluster & { password: string }): Promise<void> {
  if (
    await access(join(dataDirectory, 'PG_VERSION')).then(
      () => true,
      () => false,
    )
  )
    return
  const half = `${dataDirectory}.new`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { mode: 0o700 })
  const passwordFile = `${half}.password`
  await writeFile(passwordFile, password, { mode: 0o600 })
  if (identity) await Promise.all([half, passwordFile].map((path) => chown(path, identity.uid, identity.gid)))
  const auth = ['--username=postgres', '--auth=scram-sha-256', `--pwfile=${passwordFile}`]
  const flags = ['--encoding=UTF8', '--locale=C', '--no-sync', '--no-instructions']
  try {
    await execFileAsync(binaries.initdb, [`--pgdata=${half}`, ...auth, ...flags], {
      ...identity,
      cwd: '/',
      timeout: 120_000,
    })
  } finally {
    await rm(passwordFile)
  }
  await rename(half, dataDirectory)
}

/** One that outlived its owner (both were killed at once) still holds the data directory; it is ours to end. */
async function endPredecessor(
  binaries: PostgresBinaries,
  dataDirectory: string,
  identity: Identity | null,
): Promise<void> {
  const stop = ['stop', '-D', dataDirectory, '-m', 'fast', '-w', '-t', '30', '-s']
  // Exit code 1 stands for "none is running" too: starting ours is the proof.
  await execFileAsync(binaries.pgCtl, stop, { ...identity, cwd: '/' }).catch(() => undefined)
}

async function startServer(
  start: Cluster & { directory: string; port: number; url: string; durable?: boolean; environment: NodeJS.ProcessEnv },
): Promise<Program> {
  const settings = [
    'listen_addresses=127.0.0.1',
    `port=${start.port}`,
    'unix_socket_directories=',
    'max_connections=100',
  ]
  if (start.durable === false) settings.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off')
  return startProgram({
    name: 'postgres',
    command: [start.binaries.postgres, '-D', start.dataDirectory, ...settings.flatMap((setting) => ['-c', setting])],
    // Fast shutdown: sessions are ended, data is kept.
    stopSignal: 'SIGINT',
    graceMs: 30_000,
    logFile: join(start.directory, 'postgres.log'),
    cwd: '/',
    environment: start.environment,
    readyWithinMs: 60_000,
    ready: () => withClient(start.url, () => Promise.resolve(true)),
    ...start.identity,
  })
}

async function ensureDatabase(url: string, database: string): Promise<void> {
  await withClient(url, async (client) => {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [database])
    if (rowCount === 0) await client.query(`create database ${client.escapeIdentifier(database)}`)
  })
}

async function withClient<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
