import type { CheckSpec, Sample } from '../../src/domain/check.ts'
import {
  type EnvironmentVariables,
  MissingReference,
  referencedNames,
  resolveReferences,
} from '../../src/domain/reference.ts'
import { errorWords } from '../network/error-words.ts'
import { secretsIn } from '../process/inherited.ts'
import { plainTail } from '../step/plain-text.ts'
import { expectationOf } from './expectation.ts'
import type { LogGrowth } from './log-growth.ts'
import { answerWhenLate, runProbe } from './probe.ts'
import type { Answer, CheckContext, InspectProcesses, Probing } from './probing.ts'

export type CheckDependencies = {
  clock: () => Date
  environment: EnvironmentVariables
  inspectProcesses: InspectProcesses
  growth: LogGrowth
  /** Told of every sample; absent: nobody counts them. */
  onSample?: (sample: Sample, context: CheckContext) => void
}

/**
 * One attempt at one check: it always ends, within `spec.timeoutMs`, and always in a sample; an exception in the probe is
 * a sample too. Rejects only when `signal` says that nobody wants the answer any more.
 */
export async function takeSample(
  dependencies: CheckDependencies,
  attempt: { check: string; spec: CheckSpec; context: CheckContext; signal: AbortSignal },
): Promise<Sample> {
  const { check, spec, context, signal } = attempt
  const at = dependencies.clock().toISOString()
  const began = performance.now()
  const given: string[] = []
  const resolve = (text: string) => {
    const resolved = resolveReferences(text, dependencies.environment)
    if (resolved !== text) given.push(...valuesIn(text, dependencies.environment), resolved)
    return resolved
  }
  const answer = await withinTime(spec, signal, (both) =>
    runProbe(spec.probe, { ...dependencies, context, signal: both, timeoutMs: spec.timeoutMs, resolve }),
  )
  const reason = cleanReason(answer, secretsIn(dependencies.environment, given))
  const tookMs = Math.round(performance.now() - began)
  const { verdict, nothing } = answer
  const host = context.order?.host ?? null
  const sample = { check, host, verdict, ...(nothing && { nothing }), reason, at, tookMs }
  dependencies.onSample?.(sample, context)
  return sample
}

async function withinTime(
  spec: CheckSpec,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  signal.throwIfAborted()
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), spec.timeoutMs)
  const both = AbortSignal.any([signal, late.signal])
  const expected = expectationOf(spec.probe)
  const ended = new Promise<null>((resolve) => both.addEventListener('abort', () => resolve(null), { once: true }))
  const asked = ask(both).catch((error: unknown): Answer => ({ verdict: 'error', expected, got: wordsOf(error) }))
  try {
    // A probe that ignores its signal (a file system that hangs) must not hold the others up.
    const answer = await Promise.race([asked, ended])
    signal.throwIfAborted()
    return late.signal.aborted || answer === null ? { ...answerWhenLate(spec.probe, spec.timeoutMs), expected } : answer
  } finally {
    clearTimeout(timer)
    late.abort()
  }
}

function wordsOf(error: unknown): string {
  return error instanceof MissingReference ? error.message : `the check could not run: ${errorWords(error)}`
}

function valuesIn(text: string, environment: Probing['environment']): string[] {
  return referencedNames(text).flatMap((name) => environment[name] ?? [])
}

/** Foreign text: no secrets, no control characters, one line each, and never much of it. */
function cleanReason(answer: Answer, secrets: readonly string[]): Sample['reason'] {
  const clean = (text: string) => plainTail(Buffer.from(text.slice(0, mostRead)), mostRead, secrets)
  const oneLine = (text: string) => clean(text).replace(/\s+/g, ' ').trim().slice(0, 300)
  const evidence = (answer.evidence ?? []).flatMap((text) => clean(text).split('\n'))
  return {
    expected: oneLine(answer.expected),
    got: oneLine(answer.got),
    evidence: evidence
      .map((line) => line.trimEnd().slice(0, 240))
      .filter((line) => line !== '')
      .slice(0, 5),
  }
}

const mostRead = 16 * 1024
