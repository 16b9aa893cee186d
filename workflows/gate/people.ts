import { condition } from '@temporalio/workflow'
import { approvalItem, type ItemRecord, isGateItem } from '../../src/domain/checklist.ts'
import { signWords } from '../../src/domain/item-words.ts'
import { type Reason, words } from '../../src/domain/reason.ts'
import { measureSignOff } from '../measure.ts'
import { notifyWaiting } from '../notify.ts'
import { note, now, type Run, Trouble, throwIfInterrupted } from '../run.ts'
import { show } from '../show.ts'

/** Waits for the people who must sign, until the gate's deadline. Answers whether it had to. */
export async function people(run: Run): Promise<boolean> {
  const open = () => openAtGate(run).map(({ item }) => item)
  if (open().length === 0) return false
  const sinceMs = Date.now()
  const until = new Date(sinceMs + run.plan.gate.withinMs).toISOString()
  const asked = signWords(openAtGate(run))
  const waiting = { question: 'sign-off', text: `sign ${asked}`, answers: [], since: now(), until }
  run.waitingFor = waiting
  note(run, 'message', `waits for sign-off: ${asked}`)
  show(run)
  notifyWaiting(run, waiting, { items: open(), asked, otherwise: 'the deployment is refused' })
  const summary = `sign-off of ${open().length} items, at most ${words(run.plan.gate.withinMs)}`
  const signed = await condition(() => open().length === 0 || run.interruption !== null, run.plan.gate.withinMs, {
    summary,
  })
  run.waitingFor = null
  measureSignOff(run, 'gate', sinceMs)
  throwIfInterrupted(run)
  if (!signed) throw new Trouble(expired(run))
  return true
}

function expired(run: Run): Reason {
  const open = openAtGate(run)
  const approvals = open.find(({ item }) => item === approvalItem)?.detail
  const items = open.map(({ item }) => item)
  return { kind: 'gate_expired', items, withinMs: run.plan.gate.withinMs, ...(approvals && { approvals }) }
}

function openAtGate(run: Run): ItemRecord[] {
  return [...run.items.values()].filter(({ item, state }) => isGateItem(item) && state === 'open')
}
