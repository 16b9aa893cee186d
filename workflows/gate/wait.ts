import { condition } from '@temporalio/workflow'
import { approvalItem, type ItemRecord } from '../../src/domain/checklist.ts'
import { pauseMs } from '../../src/domain/gate/pause.ts'
import { signWords } from '../../src/domain/item-words.ts'
import { words } from '../../src/domain/reason.ts'
import { notifyWaiting } from '../people/notify.ts'
import { Trouble, throwIfInterrupted } from '../run/interrupt.ts'
import { measureSignOff } from '../run/measure.ts'
import { note, now, type Run } from '../run/run.ts'
import { show } from '../run/show.ts'
import { openAtGate } from './open-at-gate.ts'
import { askUnfinished, giveUp, isUnfinished, unfinishedWords } from './pending.ts'
import { failedItems, refuseBroken } from './refuse.ts'

/**
 * Waits for people and for evidence that is still being made, side by side, until nothing is open and nothing
 * unfinished; a no of either ends it at once. There is one deadline, from the first wait on: later waits, and signatures
 * that were void, do not move it. Answers whether it had to wait.
 */
export async function everybody(run: Run): Promise<boolean> {
  if (!isWaiting(run)) return false
  run.gateWaitsSinceMs ??= Date.now()
  const untilMs = run.gateWaitsSinceMs + run.plan.gate.withinMs
  if (isUnfinished(run)) note(run, 'message', `waits for what is not finished: ${unfinishedWords(run).join('; ')}`)
  const told = new Set<string>()
  try {
    while (isWaiting(run)) {
      tellPeople(run, told, untilMs)
      await oneTurn(run, untilMs)
    }
  } finally {
    // Nobody has to sign any more what is refused.
    nobodyWaits(run)
  }
  return true
}

function isWaiting(run: Run): boolean {
  return openAtGate(run).length > 0 || isUnfinished(run)
}

/** Until something has changed, or until the evidence is asked again, or until the time is over. */
async function oneTurn(run: Run, untilMs: number): Promise<void> {
  const askedAgainInMs = isUnfinished(run) ? pauseMs(waitedMs(run), run.plan.gate.withinMs) : null
  const restMs = untilMs - Date.now()
  const isLast = askedAgainInMs === null || restMs <= askedAgainInMs
  const [people, evidence] = [openAtGate(run).length > 0, isUnfinished(run)]
  const changed = () =>
    run.interruption !== null || openAtGate(run).length > 0 !== people || isUnfinished(run) !== evidence
  const changedInTime = await condition(changed, Math.max(1, isLast ? restMs : askedAgainInMs), {
    summary: summaryOf(run),
  })
  throwIfInterrupted(run)
  if (changedInTime) return
  await askUnfinished(run)
  throwIfInterrupted(run)
  refuseBroken(failedItems(run))
  if (isLast && isWaiting(run)) expire(run)
}

function waitedMs(run: Run): number {
  return Date.now() - (run.gateWaitsSinceMs ?? Date.now())
}

function summaryOf(run: Run): string {
  const open = openAtGate(run).length
  const people = open > 0 ? [`sign-off of ${open} items, at most ${words(run.plan.gate.withinMs)}`] : []
  return [...people, ...(isUnfinished(run) ? ['until evidence is asked again'] : [])].join('; ')
}

/** Whenever an item has become one that a person has to sign. */
function tellPeople(run: Run, told: Set<string>, untilMs: number): void {
  const open = openAtGate(run)
  if (open.length === 0) nobodyWaits(run)
  const isNews = open.some(({ item }) => !told.has(item))
  for (const { item } of open) told.add(item)
  if (isNews) askPeople(run, open, untilMs)
  // Where only people are waited for they have been shown just now, or nothing has changed.
  else if (isUnfinished(run)) show(run)
}

function askPeople(run: Run, open: readonly ItemRecord[], untilMs: number): void {
  const asked = signWords(open)
  const since = run.waitingFor?.since ?? now()
  const until = new Date(untilMs).toISOString()
  const waiting = { question: 'sign-off', text: `sign ${asked}`, answers: [], since, until }
  run.waitingFor = waiting
  note(run, 'message', `waits for sign-off: ${asked}`)
  show(run)
  notifyWaiting(run, waiting, { items: open.map(({ item }) => item), asked, otherwise: 'the deployment is refused' })
}

function nobodyWaits(run: Run): void {
  if (run.waitingFor) measureSignOff(run, 'gate', Date.parse(run.waitingFor.since))
  run.waitingFor = null
}

/** Names both: who has not signed, and what has not finished. */
function expire(run: Run): never {
  const open = openAtGate(run)
  const unfinished = unfinishedWords(run)
  giveUp(run)
  if (open.length === 0) refuseBroken(failedItems(run))
  const approvals = open.find(({ item }) => item === approvalItem)?.detail
  throw new Trouble({
    kind: 'gate_expired',
    items: open.map(({ item }) => item),
    withinMs: run.plan.gate.withinMs,
    ...(approvals && { approvals }),
    ...(unfinished.length > 0 && { unfinished }),
  })
}
