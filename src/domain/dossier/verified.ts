import type { Sample } from '../check.ts'
import { type VerificationStep, verificationSteps } from '../checklist.ts'
import { answerSteps } from '../verification.ts'
import { type Dossier, turningPoint } from './dossier.ts'

export type Verified = {
  step: VerificationStep
  /** `open`: nothing was sampled yet, or nothing was kept of it. */
  state: 'passed' | 'failed' | 'not_applicable' | 'open'
  detail: string
  /** Of the newest sample; RFC 3339. */
  at: string | null
}

/** The six verification steps of a release: by the last samples taken of it, before anything was undone. */
export function verifiedSteps(dossier: Pick<Dossier, 'plan' | 'samples' | 'events'>): Verified[] {
  const { plan, events } = dossier
  if (plan === null) return []
  const turn = turningPoint(events)?.at ?? null
  const samples = newest(dossier.samples.filter((sample) => turn === null || sample.at <= turn))
  const answers = answerSteps(plan, samples)
  return verificationSteps.map((step, index) => {
    const mapped = plan.verification[step]
    const check = 'check' in mapped ? mapped.check : null
    const own = samples.filter((sample) => sample.check === check)
    const at =
      own
        .map((sample) => sample.at)
        .toSorted()
        .at(-1) ?? null
    if (check !== null && own.length === 0) return { step, state: 'open', detail: `check ${check}`, at }
    return { step, state: 'open', detail: '', ...answers[index], at }
  })
}

/** The last of every check and host. */
function newest(samples: readonly Sample[]): Sample[] {
  const sorted = samples.toSorted((a, b) => a.at.localeCompare(b.at))
  return [...new Map(sorted.map((sample) => [`${sample.check}@${sample.host ?? ''}`, sample])).values()]
}
