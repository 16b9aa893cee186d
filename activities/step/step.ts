import { join } from 'node:path'
import { ApplicationFailure } from '@temporalio/common'
import { endedWords } from '../../src/domain/exit-words.ts'
import { failureTypes } from '../../src/domain/failure.ts'

/** Commands that run one after the other, each to success, in a process that outlives the worker. */
export type Step = {
  deployment: string
  name: string
  /** Grows only when a person decides `retry`: the key of a run is (deployment, name, try). */
  try: number
  /** Argument arrays; never a shell string. */
  commands: readonly (readonly string[])[]
  /** Absolute. */
  cwd: string
  /** Values may hold `${env:NAME}`; resolved where the commands start. */
  env?: Record<string, string>
  /** For all commands together. */
  timeoutMs: number
  /** Ended after so long without a byte of output; null: may be silent. */
  silenceMs: number | null
  /** Interrupted without a result: start again in a fresh sub-directory instead of answering `interrupted`. */
  rerunSafe?: boolean
  /** What the commands leave running is meant to stay (they start a service); otherwise it is ended with them. */
  leavesProcesses?: boolean
}

/** How a step ended. `interrupted`: cancelled, or its runner vanished; what it did is unknown, so look at the world. */
export type StepResult = {
  outcome: 'exited' | 'timed_out' | 'silent' | 'interrupted'
  /** Of the first command that failed, else of the last; 126 or 127: it could not be started. */
  exitCode: number | null
  signal: string | null
  /** RFC 3339, UTC. */
  startedAt: string
  endedAt: string
  /** At most 8 KB: the end of what was printed, without secrets and control characters. */
  tail: string
  outputBytes: number
  /** The JSON that a program wrote to the file named by BELAY_REPORT; null: none, broken, or over 1 MB. */
  report: unknown
}

/** `ended with 1`, `was killed (SIGKILL)`, `timed out`: of a step that left no word of its own. */
export function endWords(result: StepResult): string {
  return result.outcome === 'exited' ? endedWords(result) : result.outcome.replace('_', ' ')
}

/** As much of what was printed last as goes into a sentence. */
export function lastWords({ tail }: StepResult): string {
  return tail.slice(-1_000)
}

/** Written by whoever starts the runner, read by the runner. */
export type RunOrder = {
  step: Step
  /** If one of these is there when the runner begins, it runs nothing. */
  stopFiles: readonly string[]
}

/** `cause` says whether an interrupted step may be run again: one that was cancelled may not. */
export type RecordedResult = { cause: 'ended' | 'cancelled' | 'vanished'; result: StepResult }

/** The files of one run; `output` is kept as a head of 1 MB and a tail. */
export function runFiles(directory: string) {
  return {
    order: join(directory, 'order.json'),
    runner: join(directory, 'runner.json'),
    cancel: join(directory, 'cancel'),
    result: join(directory, 'result.json'),
    report: join(directory, 'report.json'),
    runnerLog: join(directory, 'runner.log'),
    head: join(directory, 'output'),
    tail: join(directory, 'output.tail'),
    earlierTail: join(directory, 'output.tail.earlier'),
  }
}

/** Set for every command of a step, so that all of its processes can be found: the run's directory. */
export const stepVariable = 'BELAY_STEP'

export function deploymentStepsDirectory(root: string, deployment: string): string {
  return join(root, 'steps', segment('deployment', deployment))
}

/** No step of this deployment starts once this file is there. */
export function closedFile(root: string, deployment: string): string {
  return join(deploymentStepsDirectory(root, deployment), 'closed')
}

export function tryDirectory(root: string, deployment: string, name: string, attempt: number): string {
  if (!Number.isSafeInteger(attempt) || attempt < 1) throw invalid(`step try: expected 1 or more, got ${attempt}`)
  return join(deploymentStepsDirectory(root, deployment), segment('step', name), String(attempt))
}

export function checkStep(step: Step): void {
  if (step.commands.length === 0 || step.commands.some((command) => command.length === 0 || command[0] === '')) {
    throw invalid(`step ${step.name}: expected at least one command with a program, got an empty one`)
  }
  const nul = [step.cwd, ...step.commands.flat(), ...Object.entries(step.env ?? {}).flat()].some((text) =>
    text.includes('\0'),
  )
  if (nul) throw invalid(`step ${step.name}: expected text without NUL in commands, directory and environment`)
  if (!step.cwd.startsWith('/')) throw invalid(`step ${step.name}: expected an absolute directory, got ${step.cwd}`)
  if (!(step.timeoutMs > 0)) throw invalid(`step ${step.name}: expected a time limit above 0 ms, got ${step.timeoutMs}`)
}

/** Becomes a directory's name: must not lead anywhere else. */
function segment(what: string, text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._:@+-]{0,150}$/.test(text)) return text
  const shown = JSON.stringify(text.slice(0, 60))
  throw invalid(`${what} name: expected letters, digits and . _ : @ + - (at most 151), got ${shown}`)
}

function invalid(message: string): ApplicationFailure {
  return ApplicationFailure.create({ type: failureTypes.invalid, nonRetryable: true, message })
}
