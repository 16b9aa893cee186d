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

function write(logger: Logger, { level, message, meta }: LogEntry): void {
  const fields = meta ?? {}
  switch (level) {
    case 'TRACE':
      return logger.trace(fields, message)
    case 'DEBUG':
      return logger.debug(fields, message)
    case 'INFO':
      return logger.info(fields, message)
    case 'WARN':
      return logger.warn(fields, message)
    case 'ERROR':
      return logger.error(fields, message)
  }
}
