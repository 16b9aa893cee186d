import { condition } from '@temporalio/workflow'
import { isGateItem } from '../../src/domain/checklist.ts'
import { words } from '../../src/domain/reason.ts'
import { measureSignOff } from '../measure.ts'
import { notifyWaiting } from '../notify.ts'
import { note, now, type Run, Trouble, throwIfInterrupted } from '../run.ts'
import { show } from '../show.ts'

/** Waits for the people who must sign, until the gate's deadline. Answers whether it had to. */
export async function people(run: Run): Promise<boolean> {
  const open = () => openAtGate(run)
  if (open().length === 0) return false
  const sinceMs = Date.now()
  const until = new Date(sinceMs + run.plan.gate.withinMs).toISOString()
  const waiting = { question: 'sign-off', text: `sign ${open().join(', ')}`, answers: [], since: now(), until }
  run.waitingFor = waiting
  note(run, 'message', `waits for sign-off: ${open().join(', ')}`)
  show(run)
  notifyWaiting(run, waiting, { items: open(), otherwise: 'the deployment is refused' })
  const summary = `sign-off of ${open().length} items, at most ${words(run.plan.gate.withinMs)}`
  const signed = await condition(() => open().length === 0 || run.interruption !== null, run.plan.gate.withinMs, {
    summary,
  })
  run.waitingFor = null
  measureSignOff(run, 'gate', sinceMs)
  throwIfInterrupted(run)
  if (!signed) throw new Trouble({ kind: 'gate_expired', items: open(), withinMs: run.plan.gate.withinMs })
  return true
}

function openAtGate(run: Run): string[] {
  return [...run.items.values()]
    .filter(({ item, state }) => isGateItem(item) && state === 'open')
    .map(({ item }) => item)
}
