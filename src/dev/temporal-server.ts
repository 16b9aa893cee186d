import { chmod, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Connection } from '@temporalio/client'
import { searchAttributes } from '../domain/search-attributes.ts'
import { freePort, portOr } from './free-port.ts'
import { startProgram } from './program.ts'
import { temporalBinary } from './temporal-binary.ts'

export type TemporalServer = {
  address: string
  /** null: started without. */
  uiUrl: string | null
  databaseFile: string
  /** e.g. `1.29.1`. */
  version: string
  pid: number
  stop(): Promise<void>
}

/**
 * Temporal's dev server on the loopback interface, its state in a file that is kept, tuned for short hand-offs, with
 * Belay's search attributes registered in every namespace it opens.
 */
export async function temporalServer(options: {
  directory: string
  /** Where the program is kept; default: see `temporalCache`. */
  cacheDirectory?: string
  /** Taken when they are free; absent: any free ones. */
  port?: number
  uiPort?: number
  /** No UI. */
  headless?: boolean
  /** Beside `default`. */
  namespaces?: readonly string[]
  environment: NodeJS.ProcessEnv
  say(line: string): void
}): Promise<TemporalServer> {
  const { cacheDirectory, environment, say } = options
  const binary = await temporalBinary({ environment, say, ...(cacheDirectory !== undefined && { cacheDirectory }) })
  const databaseFile = join(options.directory, 'temporal.db')
  await mkdir(dirname(databaseFile), { recursive: true })
  const port = options.port === undefined ? await freePort() : await portOr(options.port)
  const uiPort = options.headless ? null : await portOr(options.uiPort ?? (await freePort()))
  const address = `127.0.0.1:${port}`
  const program = await startProgram({
    name: 'temporal',
    command: [binary.file, ...startDev({ port, uiPort, databaseFile, namespaces: options.namespaces ?? [] })],
    stopSignal: 'SIGTERM',
    graceMs: 20_000,
    logFile: join(options.directory, 'temporal.log'),
    cwd: options.directory,
    environment,
    readyWithinMs: 60_000,
    ready: () => answers(address, options.namespaces?.at(-1) ?? 'default'),
  })
  await Promise.all(['', '-wal', '-shm'].map((part) => keepToOwner(`${databaseFile}${part}`)))
  const uiUrl = uiPort === null ? null : `http://127.0.0.1:${uiPort}`
  return { address, uiUrl, databaseFile, version: binary.serverVersion, pid: program.pid, stop: program.stop }
}

/** Plans, reasons and pieces of logs stand in it; the server makes it readable for everybody. Not there: nothing to do. */
async function keepToOwner(file: string): Promise<void> {
  await chmod(file, 0o600).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
  })
}

/**
 * The engine's defaults cost 50 ms for each hand-off, two seconds now and then between task queue partitions, and round
 * timers up to a second: 20 activities in sequence take 2,050 ms with them and 100 to 300 ms with these.
 */
export const dynamicConfiguration: Readonly<Record<string, string | number>> = {
  'history.transferProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxPollRPS': 1000,
  'history.timerProcessorMaxTimeShift': '10ms',
  'matching.numTaskqueueReadPartitions': 1,
  'matching.numTaskqueueWritePartitions': 1,
}

function startDev(start: {
  port: number
  uiPort: number | null
  databaseFile: string
  namespaces: readonly string[]
}): string[] {
  const ui = start.uiPort === null ? ['--headless'] : ['--ui-port', String(start.uiPort)]
  const settings = Object.entries(dynamicConfiguration).map(([key, value]) => `${key}=${JSON.stringify(value)}`)
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(start.port), ...ui, '--log-level', 'error'],
    ...['--db-filename', start.databaseFile],
    // Without write-ahead logging every hand-off waits for several flushes; a power cut may cost the last commits.
    ...['--sqlite-pragma', 'journal_mode=wal', '--sqlite-pragma', 'synchronous=1'],
    ...settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    ...searchAttributes.flatMap((name) => ['--search-attribute', `${name}=Keyword`]),
    ...start.namespaces.flatMap((namespace) => ['--namespace', namespace]),
  ]
}

async function answers(address: string, namespace: string): Promise<boolean> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 })
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
    return searchAttributes.every((name) => name in customAttributes)
  } finally {
    await connection.close()
  }
}
