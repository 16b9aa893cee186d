import { setTimeout as pause } from 'node:timers/promises'
import type { CheckSpec, Sample } from '../../src/domain/check.ts'
import type { CheckContext } from './probing.ts'
import { type CheckDependencies, takeSample } from './sample.ts'

/** All checks at once; each once, or again and again until it passes or its own deadline is over. */
export async function sampleAll(
  dependencies: CheckDependencies,
  input: { context: CheckContext; checks: Record<string, CheckSpec>; untilPassed: boolean },
  signal: AbortSignal,
): Promise<Sample[]> {
  const { context, checks, untilPassed } = input
  const sampling = Object.entries(checks).map(([check, spec]) => {
    const attempt = { check, spec, context, signal }
    return untilPassed ? sampleUntilPassed(dependencies, attempt) : takeSample(dependencies, attempt)
  })
  return fitted(await Promise.all(sampling))
}

type Attempt = Parameters<typeof takeSample>[1]

async function sampleUntilPassed(dependencies: CheckDependencies, attempt: Attempt): Promise<Sample> {
  const { spec, signal } = attempt
  const giveUpAt = performance.now() + spec.deadlineMs
  for (let first = true; ; first = false) {
    const leftMs = Math.max(giveUpAt - performance.now(), shortestMs)
    const timeoutMs = first ? spec.timeoutMs : Math.min(spec.timeoutMs, leftMs)
    const sample = await takeSample(dependencies, { ...attempt, spec: { ...spec, timeoutMs } })
    if (sample.verdict === 'passed' || performance.now() + pauseMs >= giveUpAt) return sample
    await pause(pauseMs, null, { signal })
  }
}

const pauseMs = 500
/** A last attempt shorter than this would only say that it was short. */
const shortestMs = 1_000

/** Results are kept in the run's history: many bad checks at once give up evidence before they give up being small. */
function fitted(samples: readonly Sample[]): Sample[] {
  for (const lines of [5, 3, 1]) {
    const shorter = samples.map((sample) => withEvidence(sample, lines))
    if (Buffer.byteLength(JSON.stringify(shorter)) < mostBytes) return shorter
  }
  return samples.map((sample) => withEvidence(sample, 0))
}

const mostBytes = 15_000

function withEvidence(sample: Sample, lines: number): Sample {
  return { ...sample, reason: { ...sample.reason, evidence: sample.reason.evidence.slice(0, lines) } }
}
