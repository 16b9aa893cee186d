import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { ApplicationFailure } from '@temporalio/common'
import { failureTypes } from '../../src/domain/failure.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import { createFileOnce, fsyncDirectory } from '../disk/atomic.ts'
import { directoriesIn } from '../disk/directories.ts'
import { cancelRun, settle, startRunner, stateOf } from './follow.ts'
import { currentActivity, pulse, stopIfCancelled } from './pulse.ts'
import { readResult } from './result.ts'
import {
  checkStep,
  closedFile,
  deploymentStepsDirectory,
  type RecordedResult,
  type RunOrder,
  runFiles,
  type Step,
  type StepResult,
  tryDirectory,
} from './step.ts'

export type { Step, StepResult } from './step.ts'
export type Steps = ReturnType<typeof createSteps>

/** How often a `rerunSafe` step is begun again after its runner vanished; then `interrupted` is the answer after all. */
const longestRerun = 4

/** Commands that outlive this worker, each run at most once for its key; `root` is where their directories are. */
export function createSteps(world: { root: string; clock: () => Date; environment: EnvironmentVariables }) {
  const { root } = world

  return {
    /**
     * Starts the step if nobody did, follows it if it runs, collects its result if it ended; all for the key
     * (deployment, name, try), so any number of callers in any number of processes get one run and one result. The
     * commands given first stand. Cancelling the activity cancels the step and waits until nothing of it is left;
     * losing the worker does not touch it. Throws `Fenced` once the deployment was closed, `NotProven` when something
     * that must end does not.
     */
    run,

    /** Ends a run that may be running, SIGTERM first, and answers when nothing of it is left; it will never begin again. */
    async cancel(deployment: string, name: string, attempt: number): Promise<void> {
      await cancelTry(tryDirectory(root, deployment, name, attempt))
    },

    /**
     * Ends every step of a deployment and lets none begin any more: for whoever takes its host over. Answers when
     * nothing is left. Safe to repeat.
     */
    async close(deployment: string): Promise<void> {
      const directory = deploymentStepsDirectory(root, deployment)
      await makeDirectory(directory)
      // First closed, then searched: a runner looks for this file after its own name is in place.
      await createFileOnce(closedFile(root, deployment), '')
      const names = await directoriesIn(directory)
      const tries = await Promise.all(names.map((name) => directoriesIn(join(directory, name))))
      await Promise.all(
        names.flatMap((name, at) => (tries[at] ?? []).map((each) => cancelTry(join(directory, name, each)))),
      )
    },

    /**
     * For commands that may be needed several times in one deployment and whose need is read from the world first:
     * attaches to the last try if that has not ended, else begins the next one.
     */
    async runNext(step: Omit<Step, 'try'>): Promise<StepResult> {
      const last = await lastTry(step.deployment, step.name)
      const ended = last > 0 && (await readResult(tryDirectory(root, step.deployment, step.name, last))) !== null
      return await run({ ...step, try: ended || last === 0 ? last + 1 : last })
    },
  }

  async function run(step: Step): Promise<StepResult> {
    checkStep(step)
    const first = tryDirectory(root, step.deployment, step.name, step.try)
    const stopFiles = [runFiles(first).cancel, closedFile(root, step.deployment)]
    let recorded = await follow(first, { step, stopFiles })
    for (let rerun = 2; step.rerunSafe && recorded.cause === 'vanished' && rerun <= longestRerun; rerun++) {
      recorded = await follow(join(first, `rerun-${rerun}`), { step, stopFiles })
    }
    return recorded.result
  }

  async function lastTry(deployment: string, name: string): Promise<number> {
    const tries = await directoriesIn(dirname(tryDirectory(root, deployment, name, 1)))
    return Math.max(0, ...tries.map(Number).filter(Number.isSafeInteger))
  }

  async function follow(directory: string, order: RunOrder): Promise<RecordedResult> {
    await makeDirectory(directory)
    await createFileOnce(runFiles(directory).order, `${JSON.stringify(order)}\n`)
    const activity = currentActivity()
    for (;;) {
      await stopIfCancelled(activity, () => cancelRun(directory, world))
      const state = await stateOf(directory)
      if (state === 'vanished') return await settle(directory, 'vanished', world)
      if (state !== 'absent' && state !== 'running') return state
      if (state === 'absent') {
        refuseIfClosed(order.step)
        await startRunner(directory, world.environment)
      }
      pulse()
      await pause(100)
    }
  }

  async function cancelTry(directory: string): Promise<void> {
    await makeDirectory(directory)
    // First forbidden, then searched: a runner that begins later looks for this file after it has put its name there.
    await createFileOnce(runFiles(directory).cancel, '')
    const reruns = (await directoriesIn(directory)).map((name) => join(directory, name))
    for (const run of [directory, ...reruns]) await cancelRun(run, world)
  }

  function refuseIfClosed(step: Step): void {
    if (!existsSync(closedFile(root, step.deployment))) return
    const message = `deployment ${step.deployment} was taken over on this host: step ${step.name} is not started`
    throw ApplicationFailure.create({ type: failureTypes.fenced, nonRetryable: true, message })
  }
}

/** Durable up to the first directory that was there before: a step must not be forgotten in a power cut. */
async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made.length >= first.length; made = dirname(made)) await fsyncDirectory(dirname(made))
}
