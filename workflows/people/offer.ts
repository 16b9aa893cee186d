import { condition } from '@temporalio/workflow'
import type { Waiting } from '../../src/domain/status.ts'
import { note, now, type Run } from '../run/run.ts'
import { show } from '../run/show.ts'
import { notifyWaiting } from './notify.ts'

/** `taken`: somebody wants something else than what happens by itself. `end`: it can be answered no more. */
export type Offer = { taken(): boolean; end(): Promise<void> }

/** A question that holds nothing up: it is shown while the run goes on, and ends unanswered without harm. */
export function offer(
  run: Run,
  question: Omit<Waiting, 'since' | 'until' | 'offer'> & { otherwise: string },
  withinMs: number,
): Offer {
  run.decisions.delete(question.question)
  const until = new Date(Date.now() + withinMs).toISOString()
  const waiting: Waiting = { ...question, since: now(), until, offer: true }
  run.waitingFor = waiting
  note(run, 'message', `offers: ${question.text}`, { question: question.question, answers: question.answers })
  show(run)
  notifyWaiting(run, waiting, { otherwise: question.otherwise })
  let over = false
  const withdrawn = condition(() => over || run.decisions.has(question.question)).then(() => {
    if (run.waitingFor === waiting) run.waitingFor = null
    show(run)
  })
  return {
    taken: () => run.decisions.has(question.question) && run.decisions.get(question.question)?.answer !== 'keep',
    end: async () => {
      over = true
      await withdrawn
    },
  }
}
