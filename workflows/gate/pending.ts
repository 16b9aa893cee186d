import { type ItemRecord, type PreItem, preItems } from '../../src/domain/checklist.ts'
import type { Answer } from '../../src/domain/gate/provider.ts'
import { words } from '../../src/domain/reason.ts'
import type { Run } from '../run/run.ts'
import { type Evidence, renewed, settle } from './evidence.ts'
import { putItem } from './ignoring.ts'

/** Evidence that said neither yes nor no, of items that wait for it. */
export function isUnfinished(run: Run): boolean {
  return unfinished(run).length > 0
}

/** `pre.tests_passing: not finished: unit: in_progress` */
export function unfinishedWords(run: Run): string[] {
  return unfinished(run).map(
    ({ record, answers }) =>
      `${record.item}: ${answers.flatMap(({ pending, detail }) => (pending ? [detail] : [])).join('; ')}`,
  )
}

/** Asks all of it once more, side by side. */
export async function askUnfinished(run: Run): Promise<void> {
  await Promise.all(unfinished(run).map((item) => askAgain(run, item)))
}

/** The time is over. What a person may sign instead is that person's. */
export function giveUp(run: Run): void {
  for (const { record } of unfinished(run).filter((one) => one.record.state === 'running')) {
    const detail = `not finished within ${words(run.plan.gate.withinMs)}: ${record.detail}`
    putItem(run, record.item, { state: 'failed', detail })
  }
}

type Unfinished = { id: PreItem; how: Evidence; record: ItemRecord; answers: readonly Answer[] }

function unfinished(run: Run): Unfinished[] {
  return preItems.flatMap((id) => {
    const [how, record] = [run.plan.gate.items[id], run.items.get(`pre.${id}`)]
    if (how.by !== 'evidence' || !record || (record.state !== 'running' && record.state !== 'open')) return []
    const { answers = [] } = record
    return answers.some(({ pending }) => pending) ? [{ id, how, record, answers }] : []
  })
}

async function askAgain(run: Run, { id, how, record, answers }: Unfinished): Promise<void> {
  const now = await renewed(run, id, how, answers, ({ pending }) => pending === true)
  // Somebody may have signed it meanwhile.
  if (run.items.get(record.item) !== record) return
  // What still says the same is no news: an event a minute would bury what matters.
  if (now.some((answer, index) => answer.detail !== answers[index]?.detail)) settle(run, id, how, now)
}
