import { DefaultLogger, type LogEntry, Runtime } from '@temporalio/worker'
import { destination, type Logger, pino } from 'pino'

/** JSON lines on standard error; standard output belongs to what a person asked for. */
export function createLogger(level: string): Logger {
  return pino({ level, base: { program: 'belay' } }, destination({ fd: 2, sync: true }))
}

/**
 * Has the Temporal SDK log through `logger`, and leaves signals to whoever runs the worker: draining has an order.
 * Once in a process, before the first worker.
 */
export function installRuntime(logger: Logger): void {
  Runtime.install({ logger: temporalLogger(logger), shutdownSignals: [] })
}

/** At INFO webpack prints its statistics and each worker every change of its state: neither is news. */
export function temporalLogger(logger: Logger): DefaultLogger {
  return new DefaultLogger('WARN', (entry) => write(logger, entry))
}

const levels = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const

function write(logger: Logger, { level, message, meta }: LogEntry): void {
  logger[levels[level]](meta ?? {}, message)
}
