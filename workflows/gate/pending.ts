import { condition } from '@temporalio/workflow'
import { type ItemRecord, type PreItem, preItems } from '../../src/domain/checklist.ts'
import type { Answer } from '../../src/domain/gate/provider.ts'
import { words } from '../../src/domain/reason.ts'
import { note, type Run, throwIfInterrupted, tick } from '../run.ts'
import { show } from '../show.ts'
import { type Evidence, renewed, settle } from './evidence.ts'

/**
 * Asks again, with growing pauses, what said neither yes nor no, until all of it has or the gate's time is over. People
 * sign meanwhile. `refuse` throws as soon as an item has failed.
 */
export async function pendingEvidence(run: Run, refuse: () => void): Promise<void> {
  const { withinMs } = run.plan.gate
  const endsAtMs = Date.now() + withinMs
  note(run, 'message', `waits for what is not finished: ${unfinished(run).map(inWords).join('; ')}`)
  show(run)
  for (
    let pauseMs = firstPause(withinMs);
    unfinished(run).length > 0;
    pauseMs = Math.min(pauseMs * 2, longestPauseMs)
  ) {
    await pause(run, Math.min(pauseMs, endsAtMs - Date.now()))
    await Promise.all(unfinished(run).map((item) => askAgain(run, item)))
    const isOver = Date.now() >= endsAtMs
    if (isOver) giveUp(run, withinMs)
    refuse()
    show(run)
    if (isOver) return
  }
}

export function isUnfinished(run: Run): boolean {
  return unfinished(run).length > 0
}

/** A short gate is asked a few times all the same. */
function firstPause(withinMs: number): number {
  return Math.min(30_000, Math.max(1_000, withinMs / 20))
}

/** Long enough that a day of waiting stays below three thousand events, short beside what people take to notice. */
const longestPauseMs = 300_000

type Unfinished = { id: PreItem; how: Evidence; record: ItemRecord; answers: readonly Answer[] }

function unfinished(run: Run): Unfinished[] {
  return preItems.flatMap((id) => {
    const [how, record] = [run.plan.gate.items[id], run.items.get(`pre.${id}`)]
    if (how.by !== 'evidence' || !record || (record.state !== 'running' && record.state !== 'open')) return []
    const { answers = [] } = record
    return answers.some(({ pending }) => pending) ? [{ id, how, record, answers }] : []
  })
}

function inWords({ record, answers }: Unfinished): string {
  return `${record.item}: ${answers.flatMap(({ pending, detail }) => (pending ? [detail] : [])).join('; ')}`
}

async function pause(run: Run, pauseMs: number): Promise<void> {
  const summary = `until ${unfinished(run)
    .map(({ id }) => id)
    .join(', ')} is asked again`
  await condition(() => run.interruption !== null || unfinished(run).length === 0, Math.max(1, pauseMs), { summary })
  throwIfInterrupted(run)
}

async function askAgain(run: Run, { id, how, record, answers }: Unfinished): Promise<void> {
  const now = await renewed(run, id, how, answers, ({ pending }) => pending === true)
  // Somebody may have signed it meanwhile.
  if (run.items.get(record.item) !== record) return
  // What still says the same is no news: an event a minute would bury what matters.
  if (now.some((answer, index) => answer.detail !== answers[index]?.detail)) settle(run, id, how, now)
}

/** What a person may sign instead goes on waiting for that person. */
function giveUp(run: Run, withinMs: number): void {
  for (const one of unfinished(run).filter(({ record }) => record.state === 'running')) {
    const detail = `not finished within ${words(withinMs)}: ${one.record.detail}`
    tick(run, one.record.item, { state: 'failed', detail })
  }
}
