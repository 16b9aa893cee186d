import type { Sample } from './check.ts'
import { type VerificationStep, verificationSteps } from './checklist.ts'
import type { Plan } from './plan.ts'
import { sampleLine } from './reason.ts'

export type StepAnswer = { step: VerificationStep; state: 'passed' | 'failed' | 'not_applicable'; detail: string }

/** The six verification steps, each answered by the samples of the check that the service mapped to it. */
export function answerSteps(plan: Pick<Plan, 'verification'>, samples: readonly Sample[]): StepAnswer[] {
  return verificationSteps.map((step) => answerOf(plan, step, samples))
}

function answerOf(plan: Pick<Plan, 'verification'>, step: VerificationStep, samples: readonly Sample[]): StepAnswer {
  const mapped = plan.verification[step]
  if ('notApplicable' in mapped) return { step, state: 'not_applicable', detail: mapped.notApplicable }
  const own = samples.filter((sample) => sample.check === mapped.check)
  const bad = own.find((sample) => sample.verdict !== 'passed')
  // A check that never ran did not pass.
  if (own.length === 0) return { step, state: 'failed', detail: `check ${mapped.check} did not run` }
  return bad ? { step, state: 'failed', detail: sampleLine(bad) } : { step, state: 'passed', detail: mapped.check }
}
