import { runWorker } from './run-worker.ts'
import { workerSettings } from './settings.ts'

/** A worker as a process of its own, configured by its environment alone. SIGTERM or SIGINT drains it. */
const stopped = new Promise((resolve) => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, resolve)
})
const print = (line: string) => void process.stdout.write(`${line}\n`)
try {
  await runWorker(workerSettings(process.env, process.cwd()), { environment: process.env, print, stopped })
} catch (error) {
  process.stderr.write(`belay worker: ${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
