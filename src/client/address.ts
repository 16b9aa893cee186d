import type { RunStatus } from '../domain/status.ts'
import { Usage } from './errors.ts'

/** `payment_processing` is enough where only one section has it. */
export function addressOf(status: RunStatus, item: string): string {
  if (item.includes('.')) return item
  const found = status.items.filter((record) => record.item.endsWith(`.${item}`) && record.how === 'sign_off')
  return found.length === 1 ? (found[0]?.item ?? item) : item
}

/** The question that waits for an answer. Throws {@link Usage} where none does. */
export function questionOf({ environment, phase, waitingFor }: RunStatus): string {
  if (waitingFor && waitingFor.answers.length > 0) return waitingFor.question
  throw new Usage(`nothing waits for a decision (phase: ${phase}). Next: belay status ${environment}`)
}
