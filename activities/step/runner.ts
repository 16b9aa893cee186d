/**
 * The detached program that carries a step: `node runner.ts <run directory>`. It has a session of its own and survives
 * the worker that started it (a service manager must be told to leave it alone: `KillMode=process`). Of several
 * started for one run, the first to put its identity in place runs the commands; the others go away. `result.json` is
 * the only word on how it ended, written when nothing that the commands started is left.
 */
import { existsSync } from 'node:fs'
import { MissingReference, referencedNames, resolveReferences } from '../../src/domain/reference.ts'
import { createFileOnce, readJson } from '../disk/atomic.ts'
import { inheritedEnvironment, secretsIn } from '../process/inherited.ts'
import { identityOf } from '../process/proc.ts'
import { endTree } from '../process/tree.ts'
import { parseOrder } from './order.ts'
import { createFileOutput, createOutput } from './output.ts'
import { readPrinted, recordResult } from './result.ts'
import { type CommandEnd, runCommand } from './run-command.ts'
import { type RecordedResult, type RunOrder, runFiles, type Step, stepVariable } from './step.ts'
import { stepProcesses } from './step-processes.ts'

/** setTimeout counts to 24.8 days and takes anything longer for 1 ms. */
const longestTimerMs = 2 ** 31 - 1

const directory = process.argv[2] ?? ''
const files = runFiles(directory)
const startedAt = new Date().toISOString()
const stop = new AbortController()
const secrets = new Set<string>()

// Before anything is started: a cancellation must find us able to end what we started.
for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => stop.abort('cancelled'))

const order = await readJson(files.order, parseOrder)
if (order && (await isFirst())) await carryOut(order)
// The word is written; nothing that is still open here may keep us.
process.exit(0)

async function isFirst(): Promise<boolean> {
  return await createFileOnce(files.runner, `${JSON.stringify(identityOf(process.pid))}\n`)
}

async function carryOut({ step, stopFiles }: RunOrder): Promise<void> {
  for (const secret of secretsIn(process.env, referencedValues(step))) secrets.add(secret)
  // Looked at after our identity is in place: whoever cancels writes these first and looks for us afterwards.
  if (stopFiles.some((file) => existsSync(file))) stop.abort('cancelled')
  try {
    await recordResult(directory, await runStep(step))
  } catch (error) {
    await endTree({ find: stepProcesses(directory), graceMs: 0 })
    const note = error instanceof Error ? error.message : String(error)
    await recordResult(directory, resultOf('interrupted', { exitCode: null, signal: null, silent: false, note }, 0))
  }
}

async function runStep(step: Step): Promise<RecordedResult> {
  const output = step.leavesProcesses ? createFileOutput(directory) : createOutput(directory, [...secrets])
  const timer = setTimeout(() => stop.abort('timed_out'), Math.min(step.timeoutMs, longestTimerMs))
  const last = await runCommands(step, output)
  clearTimeout(timer)
  const bytes = output.bytes()
  output.end()
  return resultOf(outcomeOf(last), last, bytes)
}

async function runCommands(
  step: Step,
  output: ReturnType<typeof createOutput | typeof createFileOutput>,
): Promise<CommandEnd> {
  let last: CommandEnd = { exitCode: null, signal: null, silent: false, note: '' }
  const environment = commandEnvironment(step)
  if (typeof environment === 'string') return { ...last, exitCode: 126, note: environment }
  for (const command of step.commands) {
    if (stop.signal.aborted) return last
    last = await runCommand({
      command,
      cwd: step.cwd,
      environment,
      directory,
      output,
      outputBytes: output.bytes,
      stop: stop.signal,
      silenceMs: step.silenceMs,
      leavesProcesses: step.leavesProcesses ?? false,
    })
    if (last.exitCode !== 0 || last.silent) return last
  }
  return last
}

/** A sentence instead, when a reference leads nowhere. */
function commandEnvironment(step: Step): Record<string, string> | string {
  try {
    const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, resolveReferences(value, process.env)])
    const marks = { BELAY_REPORT: files.report, [stepVariable]: directory }
    return { ...inheritedEnvironment(process.env), ...Object.fromEntries(own), ...marks }
  } catch (error) {
    if (error instanceof MissingReference) return error.message
    throw error
  }
}

function outcomeOf(last: CommandEnd): RecordedResult['result']['outcome'] {
  if (stop.signal.reason === 'timed_out') return 'timed_out'
  if (stop.signal.aborted) return 'interrupted'
  return last.silent ? 'silent' : 'exited'
}

function resultOf(outcome: RecordedResult['result']['outcome'], last: CommandEnd, outputBytes: number): RecordedResult {
  const { exitCode, signal } = last
  const endedAt = new Date().toISOString()
  const printed = readPrinted(directory, [...secrets], last.note)
  const cause = outcome === 'interrupted' ? 'cancelled' : 'ended'
  return { cause, result: { outcome, exitCode, signal, startedAt, endedAt, ...printed, outputBytes } }
}

function referencedValues(step: Step): string[] {
  const names = Object.values(step.env ?? {}).flatMap(referencedNames)
  return names.flatMap((name) => process.env[name] ?? [])
}
