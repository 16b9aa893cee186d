import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { ownProgram } from '../../activities/disk/own-program.ts'
import { forgetAddresses, keepAddresses, requireNoOther, withoutKept } from './addresses.ts'
import { embeddedPostgres } from './embedded-postgres.ts'
import { type Program, startProgram } from './program.ts'
import { temporalServer } from './temporal-server.ts'

export type StackStart = {
  /** Everything is below it; `.belay` of the working directory for `belay dev`. Absolute. */
  directory: string
  /** `TEMPORAL_ADDRESS` and `BELAY_DATABASE_URL` in it stand in for the embedded ones. */
  environment: NodeJS.ProcessEnv
  /** Hosts this machine plays. */
  hosts: readonly string[]
  say(line: string): void
  /** Taken when they are free; absent: any free ones. */
  ports?: { temporal: number; ui: number; postgres: number }
  headless?: boolean
  /** Made before by `bundleWorkflows`; absent: the worker makes it at its start. */
  workflowBundlePath?: string
}

export type Stack = {
  temporalAddress: string
  /** null: a Temporal of somebody else's, or headless. */
  uiUrl: string | null
  /** With password; never print it. */
  databaseUrl: string
  /** What a program needs to use this stack: the given environment and the addresses. */
  environment: NodeJS.ProcessEnv
  /** For people: what runs where, and what stays when it stops. No passwords. */
  lines: readonly string[]
  /** Starts the worker, which is not part of the start. One at a time; after it was killed, call this again. */
  startWorker(): Promise<Program>
  /** The worker, then Temporal, then Postgres; only what this stack started. */
  stop(): Promise<void>
}

/** The ports people know Temporal by, and one for Postgres that no packaged one uses. */
export const usualPorts = { temporal: 7233, ui: 8233, postgres: 54329 }

/** Temporal, Postgres and a worker on the loopback interface. Two in one directory are refused. */
export async function startStack(start: StackStart): Promise<Stack> {
  // Search permission: as root, Postgres runs as another user and has to get in.
  await mkdir(start.directory, { recursive: true, mode: 0o711 })
  await requireNoOther(start.directory)
  const environment = await withoutKept(start.directory, start.environment)
  const parts: Stoppable[] = []
  try {
    return await startParts({ ...start, environment }, parts)
  } catch (error) {
    await stopAll(parts)
    throw error
  }
}

type Stoppable = { stop(): Promise<void> }

/** `parts`: what was started, the last first. */
async function startParts(start: StackStart, parts: Stoppable[]): Promise<Stack> {
  const database = await databasePart(start)
  parts.unshift(database)
  const temporal = await temporalPart(start)
  parts.unshift(temporal)
  const addresses = {
    TEMPORAL_ADDRESS: temporal.address,
    BELAY_DATABASE_URL: database.url,
    ...(temporal.uiUrl !== null && { BELAY_TEMPORAL_UI: temporal.uiUrl }),
  }
  await keepAddresses(start.directory, addresses)
  parts.unshift({ stop: () => forgetAddresses(start.directory) })
  const environment = { ...start.environment, ...addresses }
  return {
    temporalAddress: temporal.address,
    uiUrl: temporal.uiUrl,
    databaseUrl: database.url,
    environment,
    lines: [temporal.line, database.line],
    async startWorker() {
      const worker = await startWorkerProgram(start, environment, temporal.embedded)
      parts.unshift(worker)
      return worker
    },
    stop: () => stopAll(parts),
  }
}

async function stopAll(parts: Stoppable[]): Promise<void> {
  for (const part of parts.splice(0)) await part.stop()
}

async function databasePart(start: StackStart) {
  const given = start.environment.BELAY_DATABASE_URL
  if (given) return { url: given, line: 'postgres  given by BELAY_DATABASE_URL', stop: nothing }
  const { directory, environment, ports } = start
  const { url, port, dataDirectory, stop } = await embeddedPostgres({
    directory,
    environment,
    database: 'belay',
    port: ports?.postgres,
  })
  return { url, stop, line: `postgres  18 (embedded) at 127.0.0.1:${port}, data kept in ${dataDirectory}` }
}

async function temporalPart(start: StackStart) {
  const given = start.environment.TEMPORAL_ADDRESS
  if (given)
    return {
      address: given,
      uiUrl: null,
      embedded: false,
      line: `temporal  ${given}, given by TEMPORAL_ADDRESS`,
      stop: nothing,
    }
  const { directory, environment, say, headless, ports } = start
  const server = await temporalServer({
    directory,
    environment,
    say,
    headless,
    port: ports?.temporal,
    uiPort: ports?.ui,
  })
  const ui = server.uiUrl === null ? 'without UI' : `UI ${server.uiUrl}`
  const line = `temporal  ${server.version} (dev server) at ${server.address}, ${ui}, state kept in ${server.databaseFile}`
  return { address: server.address, uiUrl: server.uiUrl, embedded: true, line, stop: server.stop }
}

const workerProgram = ownProgram(import.meta, '../worker/main')

function startWorkerProgram(start: StackStart, environment: NodeJS.ProcessEnv, register: boolean): Promise<Program> {
  return startProgram({
    name: 'worker',
    command: [process.execPath, workerProgram],
    stopSignal: 'SIGTERM',
    graceMs: 30_000,
    logFile: join(start.directory, 'worker.log'),
    cwd: start.directory,
    environment: {
      ...environment,
      BELAY_HOSTS: start.hosts.join(','),
      BELAY_STATE_DIRECTORY: join(start.directory, 'worker'),
      ...(register && { BELAY_REGISTER_SEARCH_ATTRIBUTES: '1' }),
      ...(start.workflowBundlePath !== undefined && { BELAY_WORKFLOW_BUNDLE: start.workflowBundlePath }),
    },
    readyWithinMs: 120_000,
    ready: (output) => output.includes('belay worker ready'),
  })
}

async function nothing(): Promise<void> {
  // Somebody else's server is not ours to stop.
}
