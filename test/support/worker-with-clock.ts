import { existsSync, readFileSync } from 'node:fs'
import { createHistoryPool } from '../../src/history/pool.ts'
import { workflowBundle } from '../../src/worker/bundle.ts'
import { createLogger, installRuntime } from '../../src/worker/logger.ts'
import { workerSettings } from '../../src/worker/settings.ts'
import { startWorker } from '../../src/worker/start-worker.ts'

/** A worker whose clock goes ahead by the milliseconds in the file `control/clock` of its directory, while there is one. */
const clock = () => new Date(Date.now() + aheadMs())
const settings = workerSettings(process.env, process.cwd())
const logger = createLogger(settings.logLevel)
installRuntime(logger, null)
const history = createHistoryPool({ url: settings.databaseUrl ?? '', onIdleError: () => undefined })
const { hosts, stateDirectory, registerSearchAttributes, leave, workflowBundlePath } = settings
const central = { history, workflowBundle: await workflowBundle(workflowBundlePath, logger) }
const world = { clock, environment: process.env, logger, stateDirectory }
const worker = await startWorker({ ...world, hosts, registerSearchAttributes, leave, central })
process.stdout.write('belay worker ready\n')
await worker.ended

function aheadMs(): number {
  return existsSync('control/clock') ? Number(readFileSync('control/clock', 'utf8')) : 0
}
