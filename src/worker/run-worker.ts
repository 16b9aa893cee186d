import { mkdir, statfs } from 'node:fs/promises'
import type { Logger } from 'pino'
import type { EnvironmentVariables } from '../domain/reference.ts'
import { createHistoryPool } from '../history/pool.ts'
import { workflowBundle } from './bundle.ts'
import { createLogger, installRuntime } from './logger.ts'
import type { WorkerSettings } from './settings.ts'
import { type RunningWorker, startWorker } from './start-worker.ts'

/**
 * Serves as this process' only business: starts, says so with one line through `print`, and resolves when `stopped`
 * has and everything is drained. Rejects when it cannot start or a worker fails.
 */
export async function runWorker(
  settings: WorkerSettings,
  process: { environment: EnvironmentVariables; print(line: string): void; stopped: Promise<unknown> },
): Promise<void> {
  const logger = createLogger(settings.logLevel)
  const { metricMeter: meter } = installRuntime(logger, settings.metricsAddress)
  await makeStateDirectory(settings.stateDirectory, logger)
  const { databaseUrl: url, workflowBundlePath: codePath } = settings
  const onIdleError = (error: Error) => logger.warn({ error: error.message }, 'connection to the history database lost')
  const history = url === null || settings.agentOnly ? null : createHistoryPool({ url, onIdleError })
  try {
    const central = history && { history, workflowBundle: await workflowBundle(codePath, logger) }
    const worker = await startWorker({
      hosts: settings.hosts,
      stateDirectory: settings.stateDirectory,
      registerSearchAttributes: settings.registerSearchAttributes,
      leave: settings.leave,
      provenNames: settings.provenNames,
      ...(settings.metricsAddress !== null && { meter }),
      environment: process.environment,
      clock: () => new Date(),
      logger,
      ...(central && { central }),
    })
    for (const line of worker.left) process.print(`warning: ${line}`)
    process.print(readyLine(worker))
    await Promise.race([process.stopped, worker.ended])
    await worker.stop()
  } finally {
    await history?.end()
  }
}

async function makeStateDirectory(stateDirectory: string, logger: Logger): Promise<void> {
  await mkdir(stateDirectory, { recursive: true, mode: 0o700 })
  if (!(await isInMemory(stateDirectory))) return
  const forgets = 'BELAY_STATE_DIRECTORY is in memory: steps that run are forgotten at a restart of the machine'
  logger.warn({ stateDirectory }, forgets)
}

/** `TMPFS_MAGIC` and `RAMFS_MAGIC` of Linux. */
export async function isInMemory(directory: string): Promise<boolean> {
  const { type } = await statfs(directory)
  return type === 0x01021994 || type === 0x858458f6
}

function readyLine({ queues, address, namespace }: RunningWorker): string {
  return `belay worker ready: Temporal ${address}, namespace ${namespace}, queues ${queues.join(' ')}`
}
