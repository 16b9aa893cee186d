import { ChildProcess, spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { isErrno } from '../disk/atomic.ts'
import { endTree } from '../process/tree.ts'
import { stepProcesses } from './step-processes.ts'

export type CommandRun = {
  command: readonly string[]
  cwd: string
  environment: Record<string, string>
  /** The run's directory, by which its processes are found. */
  directory: string
  /** Where output goes: to us, piece by piece, or straight to an open file. */
  output: { write: (chunk: Buffer) => void } | { descriptor: number }
  outputBytes: () => number
  /** Aborted: end it now. */
  stop: AbortSignal
  silenceMs: number | null
  leavesProcesses: boolean
}

export type CommandEnd = { exitCode: number | null; signal: string | null; silent: boolean; note: string }

/** Between SIGTERM and SIGKILL for a command that overstays. */
const graceMs = 5_000

/** Runs one command to its end and the end of everything it started. Nothing of it is left when this answers. */
export async function runCommand(run: CommandRun): Promise<CommandEnd> {
  const child = start(run)
  if (!(child instanceof ChildProcess)) return child
  if ('write' in run.output) {
    child.stdout?.on('data', run.output.write)
    child.stderr?.on('data', run.output.write)
  }
  const ended = endOf(child, run)
  const silent = await watch(run, ended)
  if (silent || run.stop.aborted) await endAll(run, child)
  const end = await ended
  if (!run.leavesProcesses) await endAll(run, child)
  await drained(child)
  return { ...end, silent: silent && !run.stop.aborted }
}

function start(run: CommandRun): ChildProcess | CommandEnd {
  const [program = '', ...args] = run.command
  const toFile = 'descriptor' in run.output ? run.output.descriptor : null
  try {
    return spawn(program, args, {
      cwd: run.cwd,
      env: run.environment,
      // A session of its own: signals meant for it can never reach the runner.
      detached: true,
      stdio: toFile === null ? ['ignore', 'pipe', 'pipe'] : ['ignore', toFile, toFile],
    })
  } catch (error) {
    // Arguments too long, for one.
    const why = error instanceof Error ? error.message : String(error)
    return { exitCode: 126, signal: null, silent: false, note: `cannot start ${program}: ${why}` }
  }
}

function endOf(child: ChildProcess, run: CommandRun): Promise<Omit<CommandEnd, 'silent'>> {
  return new Promise((resolve) => {
    child.on('exit', (exitCode, signal) => resolve({ exitCode, signal, note: '' }))
    child.on('error', (error) => {
      const why = whyNot(error, run.cwd)
      const exitCode = isErrno(error, 'ENOENT') ? 127 : 126
      resolve({ exitCode, signal: null, note: `cannot start ${run.command[0]}: ${why}` })
    })
  })
}

function whyNot(error: Error, directory: string): string {
  if (isErrno(error, 'ENOENT')) return `no such program, or no directory ${directory}`
  return isErrno(error, 'EACCES') ? 'permission denied' : error.message
}

/** Waits for the end of the command, or true when it has been silent too long, or for the order to stop. */
async function watch(run: CommandRun, ended: Promise<unknown>): Promise<boolean> {
  let over = false
  void ended.then(() => {
    over = true
  })
  let [bytes, since] = [run.outputBytes(), performance.now()]
  while (!over && !run.stop.aborted) {
    const now = run.outputBytes()
    if (now !== bytes) [bytes, since] = [now, performance.now()]
    if (run.silenceMs !== null && performance.now() - since > run.silenceMs) return true
    await Promise.race([ended, pause(100)])
  }
  return false
}

async function endAll(run: CommandRun, child: ChildProcess): Promise<void> {
  const left = await endTree({ find: stepProcesses(run.directory, child.pid ?? null), graceMs })
  if (left.length === 0) return
  throw new Error(`cannot end ${left.map((entry) => entry.pid).join(', ')}; end them by hand`)
}

/** What was printed last may still be in the pipe; a process that left our reach may hold it open for ever. */
async function drained(child: ChildProcess): Promise<void> {
  const streams = [child.stdout, child.stderr].flatMap((stream) => (stream && !stream.readableEnded ? [stream] : []))
  const closed = streams.map((stream) => new Promise((resolve) => stream.once('close', resolve)))
  await Promise.race([Promise.all(closed), pause(1_000, undefined, { ref: false })])
  for (const stream of streams) stream.destroy()
}
