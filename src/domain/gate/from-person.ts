import type { ItemRecord } from '../checklist.ts'
import type { Answer } from './provider.ts'

/**
 * Whether people have answered an item, as a whole or in part (one approval of two). A no stays one, and ends the run:
 * opened again, what turned red while people signed would be forgotten. A claim at the start is about the commit.
 */
export function isFromPerson({ state, via, how, answers = [] }: ItemRecord): boolean {
  if (state === 'failed' || state === 'not_applicable' || how === 'claim') return false
  return (state === 'passed' && (via === 'signal' || via === 'update')) || answers.some(countsForPerson)
}

/** One that was void before is not void again. */
function countsForPerson(answer: Answer): boolean {
  return answer.ok && isPersons(answer)
}

export function isPersons({ provider }: Pick<Answer, 'provider'>): boolean {
  return provider === 'sign_off' || provider === 'approval' || provider === 'override'
}
