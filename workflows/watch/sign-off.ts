import { condition } from '@temporalio/workflow'
import { words } from '../../src/domain/reason.ts'
import { notifyWaiting } from '../people/notify.ts'
import { Trouble, throwIfInterrupted } from '../run/interrupt.ts'
import { measureSignOff } from '../run/measure.ts'
import { note, now, type Run } from '../run/run.ts'
import { show } from '../run/show.ts'

/** Waits until every post-deployment and manual item that is a person's is answered, or its deadline has passed. */
export async function signOff(run: Run): Promise<void> {
  const open = () =>
    personal(run)
      .filter((item) => item.state === 'open')
      .map((item) => item.item)
  if (open().length === 0) return
  const { withinMs, otherwise } = run.plan.after
  const sinceMs = Date.now()
  note(run, 'message', `open for people: ${open().join(', ')}`)
  const since = now()
  const until = new Date(Date.now() + withinMs).toISOString()
  run.signOff = { since, until, otherwise }
  show(run)
  const question = { question: 'post sign-off', text: `sign ${open().join(', ')}`, answers: [], since }
  const late = otherwise === 'rollback' ? 'it rolls back' : 'it goes on waiting'
  notifyWaiting(run, { ...question, until }, { items: open(), otherwise: late })
  const summary = `sign-off of ${open().length} items, at most ${words(withinMs)}, otherwise ${otherwise}`
  const signed = await condition(() => open().length === 0, withinMs, { summary })
  throwIfInterrupted(run)
  if (signed || otherwise === 'rollback') measureSignOff(run, 'after', sinceMs)
  if (signed) return
  if (otherwise === 'rollback') throw new Trouble({ kind: 'sign_off_expired', items: open(), withinMs })
  note(run, 'message', `not signed within ${words(withinMs)}: ${open().join(', ')}; goes on waiting, as configured`)
  run.signOff = { since, until: null, otherwise }
  notifyWaiting(run, { ...question, until: null }, { items: open(), reminder: 1 })
  await condition(() => open().length === 0)
  measureSignOff(run, 'after', sinceMs)
}

function personal(run: Run) {
  return [...run.items.values()].filter(
    (item) => item.how === 'sign_off' && (item.item.startsWith('post.') || item.item.startsWith('manual.')),
  )
}
