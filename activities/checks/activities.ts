import type { CheckSpec, Sample } from '../../src/domain/check.ts'
import type { HostOrder } from '../../src/domain/host.ts'
import type { EnvironmentVariables } from '../../src/domain/reference.ts'
import type { SliceResult } from '../../src/domain/verdict.ts'
import { currentActivity } from '../step/pulse.ts'
import { createLogGrowth } from './log-growth.ts'
import { noteLogPositions } from './log-positions.ts'
import { refuseHopeless } from './probe.ts'
import type { CheckContext, InspectProcesses } from './probing.ts'
import { sampleAll } from './run-checks.ts'
import { parseProgress } from './watch-progress.ts'
import { type WatchInput, type WatchProgress, watchUntil } from './watch-slice.ts'

export type { CheckContext } from './probing.ts'

/**
 * Health checks. All of these only look: done twice they ask twice and change nothing (`noteLogPositions` writes Belay's
 * own note). A probe that fails or breaks is a sample, never an exception; `Invalid` is a check that can never run.
 */
export function createCheckActivities(dependencies: {
  /** The agent's own; null: a worker of no host. */
  host: string | null
  clock: () => Date
  environment: EnvironmentVariables
  /** From `createProcessActivities`. */
  inspectProcesses: InspectProcesses
  /** Told of every sample; absent: nobody counts them. */
  onSample?: (sample: Sample, context: CheckContext) => void
}) {
  const probing = { ...dependencies, growth: createLogGrowth() }

  return {
    /**
     * All checks at once. `untilPassed`: each is repeated until it passes or its `deadlineMs` is over, and its last sample
     * counts. No checks give no samples.
     */
    async runChecks(input: {
      context: CheckContext
      checks: Record<string, CheckSpec>
      untilPassed: boolean
    }): Promise<{ samples: Sample[] }> {
      refuseHopeless(Object.values(input.checks))
      const samples = await whileBeating(null, (signal) => sampleAll(probing, input, signal))
      return { samples }
    },

    /**
     * Samples each check at its interval until `until`; returns at once when a sample is not passed. A retry goes on from
     * the good samples in the heartbeat; a bad one that was never reported is taken again.
     */
    async watchSlice(input: WatchInput): Promise<SliceResult> {
      refuseHopeless(input.checks.map((check) => check.spec))
      const before = parseProgress(currentActivity()?.info.heartbeatDetails)
      return await whileBeating(before, (signal, beat) => watchUntil(probing, input, { signal, before, beat }))
    },

    /** Needs the claim. The newest note of a deployment stands: note again before a rollback starts the old release. */
    async noteLogPositions(input: { order: HostOrder; files: string[] }): Promise<void> {
      await noteLogPositions(input, dependencies.clock)
    },
  }
}

/** Heartbeats with the latest progress, at once when there is more of it, and every few seconds; ends when cancelled. */
async function whileBeating<Result>(
  before: WatchProgress | null,
  work: (signal: AbortSignal, beat: (progress: WatchProgress) => void) => Promise<Result>,
): Promise<Result> {
  const activity = currentActivity()
  if (activity === null) return await work(new AbortController().signal, () => undefined)
  let latest = before
  const beat = (progress: WatchProgress | null) => {
    latest = progress
    activity.heartbeat(progress)
  }
  const timer = setInterval(() => beat(latest), beatMs)
  try {
    return await Promise.race([work(activity.cancellationSignal, beat), activity.cancelled])
  } finally {
    clearInterval(timer)
  }
}

const beatMs = 1_500
