import { spawn } from 'node:child_process'
import { argv, exit } from 'node:process'

/**
 * Runs one program and ends it when whoever started this process goes away, even by SIGKILL: nothing is left behind.
 * Arguments: the order as JSON. Tells its parent the program's pid; ends with the program's exit code.
 */
export type LeashOrder = {
  command: readonly [string, ...string[]]
  stopSignal: NodeJS.Signals
  graceMs: number
  /** Who runs the program; absent: whoever runs this. */
  uid?: number
  gid?: number
}

if (import.meta.main) hold(orderFrom(argv[2]))

function hold({ command: [program, ...args], stopSignal, graceMs, uid, gid }: LeashOrder): void {
  const identity = uid === undefined || gid === undefined ? {} : { uid, gid }
  const child = spawn(program, args, { stdio: ['ignore', 'inherit', 'inherit'], ...identity })
  child.on('error', (error) => {
    process.stderr.write(`${program}: ${error.message}\n`)
    exit(127)
  })
  child.on('exit', (code) => exit(code ?? 1))
  process.send?.({ pid: child.pid })
  process.on('disconnect', () => {
    child.kill(stopSignal)
    setTimeout(() => child.kill('SIGKILL'), graceMs).unref()
  })
  // Signals to the whole terminal group are the owner's business; it lets go when it is ready.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined)
}

function orderFrom(text: string | undefined): LeashOrder {
  return JSON.parse(text ?? '')
}
