import { no, type Said, yes } from './provider.ts'

/** What a test report counts. `named`: the first tests that failed. */
export type TestReport = { ran: number; skipped: number; failed: number; named: readonly string[] }

/** Zero tests are a failure: a run that found none has tested nothing. */
export function judgeReport({ ran, skipped, failed, named }: TestReport): Said {
  const aside = skipped > 0 ? `, ${skipped} skipped` : ''
  if (failed > 0) {
    const which = named.length === 0 ? 'not named' : named.join('; ')
    const more = named.length > 0 && failed > named.length ? ` and ${failed - named.length} more` : ''
    return no(`expected no failure, got ${failed} of ${Math.max(ran, failed)} tests: ${which}${more}`)
  }
  if (ran === 0) return no(`expected at least one test that ran, got none${aside}`)
  return yes(`${ran} tests passed${aside}`)
}
