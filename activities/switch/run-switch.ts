import { ApplicationFailure } from '@temporalio/common'
import { codeWords } from '../../src/domain/exit-words.ts'
import { failureTypes } from '../../src/domain/failure.ts'
import type { Steps } from '../step/steps.ts'
import { completeSwitch } from './complete.ts'
import { readDone } from './journal.ts'
import { keepOrder, type SwitchOrder, switchProgram } from './switch-order.ts'

/** What the switch program says of itself; the world is read again all the same. */
export type SwitchReport = {
  edited: readonly string[]
  /** Set: nothing is changed, or everything was undone. */
  problem: { type: string | null; message: string } | null
}

/**
 * Runs one switch in a process that outlives this worker, at most once for its id; called again it attaches, or answers
 * with the first one's report. Throws the failure that the program named, or `CommandFailed`.
 */
export async function runSwitch(
  steps: Steps,
  given: SwitchOrder,
  attempt: number,
): Promise<{ order: SwitchOrder; report: SwitchReport }> {
  const { file, order } = await keepOrder(given)
  const result = await steps.run({
    deployment: order.order.deployment,
    name: order.direction === 'forward' ? 'switch' : 'switch-back',
    try: attempt,
    commands: [[process.execPath, '--disable-warning=ExperimentalWarning', switchProgram, 'order', file]],
    cwd: '/',
    timeoutMs: longestMs,
    silenceMs: null,
    // The journal makes it safe to begin again.
    rerunSafe: true,
  })
  const report = reportOf(result.report) ?? (await afterItsEnd(order))
  if (report?.problem === null) return { order, report }
  const host = order.order.host
  if (report?.problem) throw failure(report.problem.type, `${host}: ${report.problem.message}`)
  const how = result.outcome === 'exited' ? `exit ${codeWords(result)}` : result.outcome
  throw failure(null, `${host}: expected the switch to end well, got ${how}: ${result.tail.trimEnd().slice(-1_000)}`)
}

const longestMs = 300_000

/** It was killed before it could say anything: what it began is brought to its end, and the journal says which. */
async function afterItsEnd(order: SwitchOrder): Promise<SwitchReport | null> {
  await completeSwitch(order.order.directory)
  const done = await readDone(order.order.directory, order.id)
  return done && { edited: done.edited, problem: done.problem }
}

function failure(type: string | null, message: string): ApplicationFailure {
  const known = Object.values(failureTypes).find((each) => each === type)
  return ApplicationFailure.create({ type: known ?? failureTypes.commandFailed, nonRetryable: true, message })
}

function reportOf(value: unknown): SwitchReport | null {
  if (typeof value !== 'object' || value === null) return null
  const { edited, problem }: Record<string, unknown> = { ...value }
  if (!Array.isArray(edited)) return null
  return { edited: edited.filter((path) => typeof path === 'string'), problem: problemIn(problem) }
}

function problemIn(value: unknown): SwitchReport['problem'] {
  if (typeof value !== 'object' || value === null) return null
  const { type, message }: Record<string, unknown> = { ...value }
  return { type: typeof type === 'string' ? type : null, message: typeof message === 'string' ? message : 'unknown' }
}
