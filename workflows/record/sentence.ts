import { type EndFacts, endText } from '../../src/domain/end/text.ts'
import type { Run } from '../run/run.ts'

/** The end of this run for people, made in one place. */
export function sentenceOf(run: Run, end: EndFacts): string {
  return endText(run.plan, { ...end, ...wayBackOfDrill(run) })
}

/** Of a drill: how long the way back took, null where it is not proven. Of another run: nothing. */
export function wayBackOfDrill({ startedAs, wayBackMs }: Run): { wayBackMs?: number | null } {
  return startedAs === 'drill' ? { wayBackMs } : {}
}
