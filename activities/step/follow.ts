import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { createFileOnce, readJson } from '../disk/atomic.ts'
import { ownProgram } from '../disk/own-program.ts'
import { secretsIn } from '../process/inherited.ts'
import { commandOf, isAlive, type ProcessIdentity } from '../process/proc.ts'
import { endTree, signal } from '../process/tree.ts'
import { pulse } from './pulse.ts'
import { readPrinted, readResult, recordResult } from './result.ts'
import { type RecordedResult, runFiles, stepVariable } from './step.ts'
import { stepProcesses } from './step-processes.ts'

/** Between SIGTERM and SIGKILL for what a lost runner left behind. */
const graceMs = 5_000
/** The runner needs this long at most to end a tree itself. */
const runnerGraceMs = 15_000

/** What is known of one run now: its end, that its runner lives, that it vanished, or that nobody began it. */
export async function stateOf(directory: string): Promise<RecordedResult | 'running' | 'vanished' | 'absent'> {
  const runner = await readRunner(directory)
  // Looked at before the result: a runner writes that last, and may do so between our two looks.
  const alive = runner !== null && isAlive(runner)
  const recorded = await readResult(directory)
  if (recorded) return recorded
  if (runner === null) return 'absent'
  return alive ? 'running' : 'vanished'
}

/** Starts a runner; harmless if there is one already. Answers when one has begun, or rejects after 20 s. */
export async function startRunner(directory: string, environment: EnvironmentVariables): Promise<void> {
  const log = openSync(runFiles(directory).runnerLog, 'a', 0o600)
  const { [stepVariable]: _step, BELAY_PROCESS: _process, ...own } = environment
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', runnerProgram, directory], {
    cwd: '/',
    env: own,
    detached: true,
    stdio: ['ignore', log, log],
  })
  closeSync(log)
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  child.once('error', () => {
    ended = true
  })
  child.unref()
  for (const giveUpAt = performance.now() + 20_000; performance.now() < giveUpAt; await pause(20)) {
    pulse()
    const over = ended
    if ((await readRunner(directory)) !== null) return
    if (over) break
  }
  throw new Error(
    `${runFiles(directory).runnerLog}: expected a runner to begin, got none; the reason may be in that file`,
  )
}

/** The runner is gone: ends what it left behind, and writes down that its work was interrupted. */
export async function settle(
  directory: string,
  cause: 'cancelled' | 'vanished',
  { clock, environment }: { clock: () => Date; environment: EnvironmentVariables },
): Promise<RecordedResult> {
  const left = await endTree({ find: stepProcesses(directory), graceMs, pulse })
  if (left.length > 0) {
    const remaining = left.map((entry) => ({ pid: entry.pid, command: commandOf(entry.pid) }))
    const message = `${directory}: expected its processes to end, still there: ${remaining.map((entry) => entry.pid).join(', ')}; end them by hand`
    throw ApplicationFailure.create({
      type: failureTypes.notProven,
      nonRetryable: true,
      message,
      details: [{ remaining }],
    })
  }
  const at = clock().toISOString()
  const note = cause === 'cancelled' ? 'cancelled' : 'the process that carried this step vanished'
  const printed = readPrinted(directory, secretsIn(environment, []), note)
  const result = {
    outcome: 'interrupted',
    exitCode: null,
    signal: null,
    startedAt: at,
    endedAt: at,
    ...printed,
    outputBytes: 0,
  } as const
  return await recordResult(directory, { cause, result })
}

/**
 * Ends one run wherever it is, and answers when nothing of it is left. One that nobody began will never begin. Safe to
 * repeat, and at the same time as others.
 */
export async function cancelRun(
  directory: string,
  world: { clock: () => Date; environment: EnvironmentVariables },
): Promise<RecordedResult> {
  const before = await readResult(directory)
  if (before) return before
  await createFileOnce(runFiles(directory).cancel, '')
  const runner = await readRunner(directory)
  if (runner !== null && isAlive(runner)) {
    signal(runner, 'SIGTERM')
    for (const killAt = performance.now() + runnerGraceMs; isAlive(runner); await pause(40)) {
      pulse()
      if (performance.now() > killAt) signal(runner, 'SIGKILL')
    }
  }
  return (await readResult(directory)) ?? (await settle(directory, 'cancelled', world))
}

const runnerProgram = ownProgram(import.meta, './runner')

async function readRunner(directory: string): Promise<ProcessIdentity | null> {
  return await readJson(runFiles(directory).runner, (value) => {
    const isIdentity =
      typeof value === 'object' && value !== null && 'pid' in value && 'startTicks' in value && 'bootId' in value
    if (!isIdentity) throw new Error('no process identity')
    return { pid: Number(value.pid), startTicks: Number(value.startTicks), bootId: String(value.bootId) }
  })
}
