import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker'
import { destination, type Logger, pino } from 'pino'
import { Usage } from '../client/errors.ts'
import { prometheusAt } from './metrics/prometheus.ts'

/** JSON lines on standard error; standard output belongs to what a person asked for. */
export function createLogger(level: string): Logger {
  return pino({ level, base: { program: 'belay' } }, destination({ fd: 2, sync: true }))
}

/**
 * Has the Temporal SDK log through `logger`, and leaves signals to whoever runs the worker: draining has an order.
 * Serves Prometheus where an address is given. Once in a process, before the first worker. Throws when the address cannot
 * be listened on.
 */
export function installRuntime(logger: Logger, metricsAddress: string | null): Runtime {
  const metrics = metricsAddress === null ? {} : { metrics: prometheusAt(metricsAddress) }
  const telemetryOptions = { logging: nativeLogging, ...metrics }
  try {
    return Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [], telemetryOptions })
  } catch (error) {
    if (metricsAddress === null || !(error instanceof Error)) throw error
    const message = `BELAY_METRICS_ADDRESS: expected to listen on ${metricsAddress}, could not: ${error.message}`
    throw new Usage(message)
  }
}

/** Core would write its own lines on standard output, in colour. */
const nativeLogging = { forward: {}, filter: { core: 'WARN', other: 'ERROR' } } as const

/** At INFO webpack prints its statistics and each worker every change of its state: neither is news. */
export function temporalLogger(logger: Logger): DefaultLogger {
  return new DefaultLogger('WARN', (entry) => write(logger, entry))
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

function write(logger: Logger, { level, message, meta }: LogEntry): void {
  logger[levels[level]](meta ?? {}, message)
}
