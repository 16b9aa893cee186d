import { condition, log } from '@temporalio/workflow'
import type { Waiting } from '../../src/domain/status.ts'
import { type Decision, note, now, type Run } from '../run/run.ts'
import { show } from '../run/show.ts'
import { notifyWaiting } from './notify.ts'

/**
 * Waits for a person's `decide`, at most `withinMs` when given; null: nobody answered in time. Production is never left
 * worse meanwhile: the caller has seen to that.
 */
export async function ask(
  run: Run,
  question: Omit<Waiting, 'since' | 'until'>,
  withinMs?: number,
): Promise<Decision | null> {
  run.decisions.delete(question.question)
  const until = withinMs === undefined ? null : new Date(Date.now() + withinMs).toISOString()
  const waiting = { ...question, since: now(), until }
  run.waitingFor = waiting
  note(run, 'message', `waits: ${question.text}`, { question: question.question, answers: question.answers })
  show(run)
  notifyWaiting(run, waiting, { otherwise: until === null ? null : (question.otherwise ?? 'it rolls back') })
  const answered = () => run.decisions.has(question.question)
  if (withinMs === undefined) await remindUntil(run, waiting, answered)
  else await condition(answered, withinMs, { summary: question.text.slice(0, 100) })
  run.waitingFor = null
  show(run)
  return run.decisions.get(question.question) ?? null
}

/** People forget; a line in the log and on the record comes back, ever more rarely. */
async function remindUntil(run: Run, waiting: Waiting, answered: () => boolean): Promise<void> {
  const { text } = waiting
  const summary = `a decision: ${text}`.slice(0, 100)
  let everyMs = run.plan.decisionReminderMs
  let reminder = 0
  while (!(await condition(answered, everyMs, { summary }))) {
    log.warn('still waits for a decision', { deployment: run.plan.deployment, text })
    note(run, 'message', `still waits: ${text}`)
    show(run)
    reminder += 1
    notifyWaiting(run, waiting, { reminder })
    everyMs = Math.min(everyMs * 2, longestSilenceMs)
  }
}

/** Four hours: every shift is told at least once, and the history grows by only a few events a day. */
const longestSilenceMs = 4 * 60 * 60 * 1000
