import { isOutsideLists } from '../domain/checklist.ts'
import type { RunStatus } from '../domain/status.ts'
import { Usage } from './errors.ts'

/** `payment_processing` is enough where only one section has it. */
export function addressOf(status: RunStatus, item: string): string {
  if (item.includes('.') || isOutsideLists(item)) return item
  const named = status.items.filter((record) => record.item.endsWith(`.${item}`))
  const personal = named.filter((record) => record.how === 'sign_off')
  // One that is not a person's is named too, so that the run can say whose it is.
  const [found, ...more] = personal.length > 0 ? personal : named
  return found && more.length === 0 ? found.item : item
}

/** The question that waits for an answer. Throws {@link Usage} where none does. */
export function questionOf({ environment, phase, waitingFor }: RunStatus): string {
  if (waitingFor && waitingFor.answers.length > 0) return waitingFor.question
  throw new Usage(`nothing waits for a decision (phase: ${phase}). Next: belay status ${environment}`)
}
